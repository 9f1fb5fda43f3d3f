import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { eventually } from "../../e2e/project";
import { errorIn, InstanceWatch, serviceOf } from "../../../ops/change/watch-instances";

/** An engine that runs nothing, and tells these events. */
const engineThat = (tells: { Action: string; name?: string; signal?: string; exitCode?: string }[]) => {
  const told = tells.map(({ Action, name = "fleet-change-run-change-meet-worker-00002-a1b", ...more }) =>
    JSON.stringify({ Action, id: name, Actor: { Attributes: { name, ...more } } }),
  );
  const events = Readable.from([`${told.join("\n")}\n`]);
  return { getEvents: () => Promise.resolve(events), listContainers: () => Promise.resolve([]) } as unknown as Docker;
};

const mishapsOf = async (tells: Parameters<typeof engineThat>[0]): Promise<string[]> => {
  const watch = new InstanceWatch({ docker: engineThat(tells), prefix: "fleet-change", phase: () => "back" });
  await watch.start();
  await eventually(() => Promise.resolve(watch.isBlind), Boolean);
  await watch.stop();
  return watch.mishaps.map(({ of, what, phase }) => `${phase}: ${of} ${what}`);
};

describe("what goes wrong in an instance", () => {
  it("is how it ends: unheard SIGTERM, no memory, by itself; one that ends when it is asked to is no mishap", async () => {
    const [asked, killed] = [
      { Action: "kill", signal: "15" },
      { Action: "kill", signal: "9" },
    ];
    const of = "back: change-meet-worker";
    assert.deepEqual(await mishapsOf([asked, { Action: "die", exitCode: "143" }]), []);
    assert.deepEqual(await mishapsOf([asked, killed, { Action: "die", exitCode: "137" }]), [
      `${of} did not end within ten seconds of SIGTERM, and was killed`,
    ]);
    assert.deepEqual(await mishapsOf([{ Action: "die", exitCode: "3" }]), [`${of} ended by itself with exit code 3`]);
    assert.match((await mishapsOf([{ Action: "oom" }])).join(), /took more memory than it has/);
    assert.deepEqual(await mishapsOf([{ Action: "die", exitCode: "3", name: "fleet-change-sql-main" }]), []);
  });

  it("is not known once the engine tells no more", async () => {
    const watch = new InstanceWatch({ docker: engineThat([]), prefix: "fleet-change", phase: () => "after" });
    await watch.start();
    await eventually(() => Promise.resolve(watch.isBlind), Boolean);
    await watch.stop();
  });

  it("is of the service or pool whose revision the container runs", () => {
    const of = (name: string) => serviceOf({ name, prefix: "fleet-change" });
    assert.equal(of("fleet-change-run-change-meet-worker-00002-a1b"), "change-meet-worker");
    assert.equal(of("fleet-change-run-change-meet-web-00001-xyz-1"), "change-meet-web");
    // Another rehearsal's, a server, and a job's, whose failure the update tells.
    for (const name of [
      "fleet-changes-run-meet-web-00001-xyz",
      "fleet-change-sql-change-postgres",
      "fleet-change-run-j-x",
    ])
      assert.equal(of(name), undefined, name);
  });

  it("is an error's line, whatever differs each time", () => {
    const line = (of: object): string => JSON.stringify({ time: "2026-11-29", service: "meet", ...of });
    const trace =
      'Traceback (most recent call last):\n  File "x.py"\nTypeError: sync() takes 0 arguments but 1 was given';
    const message = "Task sync[4f1c1c4e-8f43-4a53-9c9e-000000000001] raised unexpected after 17 s\nmore";
    const told = errorIn(line({ severity: "ERROR", message, exc_info: trace }));
    assert.equal(
      told,
      "Task sync[<id>] raised unexpected after <id> s: TypeError: sync() takes <id> arguments but <id> was given",
    );
    assert.match(
      errorIn("[2026-11-29 05:00:00 +0000] [7] [ERROR] Exception in worker process") ?? "",
      /Exception in worker/,
    );
    assert.match(errorIn("Traceback (most recent call last):") ?? "", /^Traceback/);
    for (const text of [line({ severity: "WARNING", message: "ERROR" }), "an ERROR of nobody's", "null", "7", "{", ""])
      assert.equal(errorIn(text), undefined, text);
  });
});
