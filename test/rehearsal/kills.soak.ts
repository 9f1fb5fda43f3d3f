import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { readJson } from "../../ops/files";
import { placeOf } from "../../ops/rehearsal/place";
import { lockFolder } from "../../ops/stack";
import { readState } from "../../ops/state";

const KILLS = 20;
const place = placeOf({ name: "rkills", port: 33800 });
const args = ["--stack", place.stack.name, "--port", String(place.port)];
const command = ["ops/fleet.cjs", "rehearse", ...args, "--config", "fleet:alerts=false"];

const rehearse = () => spawnSync(process.execPath, command, { encoding: "utf8" });
const removeAll = () => spawnSync(process.execPath, [...command, "--destroy"], { encoding: "utf8" });

const succeeds = ({ status, stdout, stderr }: ReturnType<typeof rehearse>): void =>
  assert.equal(status, 0, `${stdout}\n${stderr}`);

/** Of what Google has, that which nobody in the stack knows, by kind and name. */
const unknownToTheStack = (): string[] => {
  const ids = new Set((readState(place.stack)?.resources ?? []).map(({ id }) => id));
  const cloud = readJson<Record<string, Record<string, unknown>>>(`${place.folder}/state.json`) ?? {};
  const kinds = ["run.services", "run.jobs", "secretmanager.secrets", "iam.serviceAccounts"];
  return kinds.flatMap((kind) =>
    Object.keys(cloud[kind] ?? {}).flatMap((name) => (ids.has(name) ? [] : [`${kind} ${name}`])),
  );
};

describe("a rehearsal whose update is killed", () => {
  let wholeMs = 0;

  before(() => {
    removeAll();
    // The images are built and the plugins at hand: what is measured is the update.
    succeeds(rehearse());
    removeAll();
    const began = Date.now();
    succeeds(rehearse());
    wholeMs = Date.now() - began;
  });
  after(() => void removeAll());

  for (let turn = 1; turn <= KILLS; turn++)
    it(`is finished by the next one, with nothing orphaned (${turn} of ${KILLS})`, async () => {
      assert.equal(removeAll().status, 0);
      const afterMs = Math.random() * wholeMs;
      await killAfter(afterMs);
      const { status, stdout, stderr } = rehearse();
      assert.equal(status, 0, `killed after ${afterMs.toFixed(0)} of ${wholeMs} ms\n${stdout}\n${stderr}`);
      assert.deepEqual(readState(place.stack)?.pending, []);
      assert.deepEqual(unknownToTheStack(), []);
      assert.deepEqual(await strayInstances(), []);
    });
});

/** Starts, and kills Pulumi that many milliseconds later, if it is at work then; its pid is in the stack's lock. */
const killAfter = async (ms: number): Promise<void> => {
  const child = spawn(process.execPath, command, { stdio: "ignore" });
  const ended = once(child, "exit");
  await Promise.race([sleep(ms), ended]);
  const folder = lockFolder(place.stack);
  const [file] = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  const pid = file && readJson<{ pid: number }>(path.join(folder, file))?.pid;
  if (pid) process.kill(pid, "SIGKILL");
  await ended;
};

/** Containers of Cloud Run that no service has traffic for. */
const strayInstances = async (): Promise<string[]> => {
  const cloud = readJson<Record<string, Record<string, { trafficStatuses: { revision: string }[] }>>>(
    `${place.folder}/state.json`,
  );
  const serving = Object.values(cloud?.["run.services"] ?? {}).flatMap(({ trafficStatuses }) =>
    trafficStatuses.map(({ revision }) => revision),
  );
  const found = await new Docker().listContainers({
    all: true,
    filters: { name: [`^/fleet-${place.stack.name}-run-`] },
  });
  return found.flatMap(({ Names }) => {
    const revision = (Names[0] ?? "").replace(/^.*-run-/, "");
    return serving.includes(revision) ? [] : [revision];
  });
};
