import assert from "node:assert/strict";
import { createServer } from "node:http";
import { askAt } from "../../dashboard/cloud/ask";
import { inCloud } from "../../dashboard/cloud/parts";
import { CloudWatch } from "../../dashboard/cloud/watch";
import type { Picture } from "../../dashboard/messages";
import { draw } from "../../dashboard/page/layout";
import { chosenOf, revisionsOnMap } from "../../dashboard/page/cloud/revisions";
import { Watch } from "../../dashboard/watch";
import { FAILED, RehearsedStack, VALUES } from "./rehearsed";

describe("a stack on a rehearsed cloud", () => {
  const stack = new RehearsedStack(31700);
  let cloud: CloudWatch;
  let watch: Watch;

  before(async () => {
    await stack.open();
    cloud = new CloudWatch(stack.place);
    watch = new Watch({ docker: stack.docker, stack: "mine", running: () => stack.running(), cloud });
    await cloud.look();
    await watch.look();
  });
  after(() => stack.close());

  const picture = (): Picture & { cloud: NonNullable<Picture["cloud"]> } => {
    const { cloud: seen, trouble } = watch.picture;
    assert.ok(seen, trouble);
    return { ...watch.picture, cloud: seen };
  };
  const part = (id: string) => picture().parts.find((other) => other.id === id);

  it("has each service's revisions with their shares and Google's words", () => {
    const { items } = picture().cloud.services;
    const reservas = items.find(({ name }) => name === "mine-booking-reservas");
    assert.deepEqual(
      reservas?.revisions.map(({ shortName, percent, tags, state }) => [shortName, percent, tags.join(), state.mood]),
      [
        ["00003-ccc", 0, "", "bad"],
        ["00002-bbb", 10, "canary", "good"],
        ["00001-aaa", 90, "", "good"],
      ],
    );
    assert.match(reservas.revisions[0]?.state.message ?? "", /failed the configured startup probe checks/);
    const web = items.find(({ name }) => name === "mine-marketplace-web");
    assert.deepEqual(
      web?.revisions.map(({ percent }) => percent),
      [100],
      "a target that means the newest",
    );
    assert.deepEqual([web.isPublic, reservas.isPublic], [true, false]);
  });

  it("has pools, servers, secrets and executions, and no value of any", () => {
    const { pools, redis, sql, secrets, jobs } = picture().cloud;
    assert.deepEqual(
      pools.items.map(({ name, instanceCount, revisions }) => [name, instanceCount, revisions[0]?.percent]),
      [["mine-marketplace-worker", 2, 100]],
    );
    assert.deepEqual(redis.items[0]?.facts, {
      Tier: "BASIC",
      Memory: "1 GiB",
      Address: "10.0.0.3:6378",
      TLS: "on",
      Password: "asked for",
    });
    assert.deepEqual(
      [sql.items[0]?.databases?.items, sql.items[0]?.users?.items],
      [["reservas_db"], ["reservas_user"]],
    );
    assert.deepEqual(secrets.items, [{ name: "mine-key", enabled: 1, disabled: 0, destroyed: 1 }]);
    const failing = jobs.items.find(({ name }) => name === "mine-marketplace-migrate");
    assert.deepEqual(
      failing?.executions.map(({ state, tasks }) => [state.word, tasks.failed, tasks.retried]),
      [
        ["failed", 1, 1],
        ["succeeded", 0, 0],
      ],
    );
    assert.equal(failing.executions[0]?.state.message, FAILED);
    for (const value of VALUES) assert.equal(JSON.stringify(watch.picture).includes(value), false, value);
  });

  it("has the state of each part from its API, and the containers that run", () => {
    const told = ["booking/reservas", "booking/usuarios", "marketplace/migrate", "marketplace/worker"].map((id) => [
      id,
      part(id)?.status,
    ]);
    assert.deepEqual(told, [
      ["booking/reservas", "unhealthy"],
      ["booking/usuarios", "healthy"],
      ["marketplace/migrate", "failed"],
      ["marketplace/worker", "healthy"],
    ]);
    assert.equal(part("marketplace/consumer")?.status, "gone", "Google lists the pools, and it is none of them");
    assert.equal(part("marketplace/localstack")?.status, "running", "LocalStack stands in AWS's place");
    assert.deepEqual([part("booking/usuarios")?.url, part("marketplace/web")?.url !== undefined], [undefined, true]);
    assert.deepEqual(
      picture()
        .cloud.instances.map(({ id, of }) => [id, of])
        .sort(),
      [
        ["aws", undefined],
        ["booking/reservas@00001-aaa", "mine-booking-reservas-00001-aaa"],
        ["booking/reservas@00002-bbb", "mine-booking-reservas-00002-bbb"],
        ["booking/usuarios@00001-eee", "mine-booking-usuarios-00001-eee"],
        ["marketplace/web@00001-ddd", "mine-marketplace-web-00001-ddd"],
        ["marketplace/worker@00001-www", "mine-marketplace-worker-00001-www"],
        ["marketplace/worker@00001-www.1", "mine-marketplace-worker-00001-www"],
        ["mine-postgres", undefined],
      ],
    );
  });

  it("has a part down whose container is down, though Google calls it ready", () => {
    const usuarios = part("booking/usuarios");
    assert.ok(usuarios);
    const of = { resource: "mine-booking-usuarios", facts: cloud.facts };
    const statusOf = (change: object) => inCloud({ ...of, part: { ...usuarios, ...change } });
    assert.deepEqual([statusOf({ status: "stopped", detail: "exit code 137" }).detail], ["exit code 137"]);
    assert.equal(statusOf({ status: "elsewhere" }).status, "healthy", "at rest it has no container");
  });

  it("keeps what an API told before when it does not answer now, and says why", async () => {
    stack.answers.set("/jobs", 503);
    stack.answers.set("/workerPools", 501);
    await cloud.look();
    await watch.look();
    const { jobs, services, pools } = picture().cloud;
    assert.equal(jobs.why, "503: It is away for a test.");
    assert.equal(jobs.items.length, 4);
    assert.equal(services.why, undefined);
    assert.equal(part("marketplace/migrate")?.status, "failed");
    assert.match(part("marketplace/migrate")?.detail ?? "", /from before: 503/);
    assert.notEqual(part("marketplace/consumer")?.status, "gone", "not to see it is no proof");
    assert.equal(pools.items.length, 1);
    stack.answers.delete("/jobs");
  });

  it("is looked at without a trace in its report, and without using up a fault", async () => {
    const { report, cloud: rehearsed } = stack.cloud.rehearsal;
    rehearsed.faults.add({ kind: "error", at: "run.*", times: 1, status: 503 });
    const before = report.entries().length;
    assert.equal((await fetch(`${rehearsed.url}/nosuchapi/v1/things`, { headers: stack.place.headers })).status, 501);
    await cloud.look();
    assert.equal(report.entries().length, before);
    assert.equal(rehearsed.faults.pending().length, 1);
    const found = cloud.facts.report.items.find(({ title }) => title === "Faults yet to happen");
    assert.deepEqual(found?.lines, [{ text: "error at run.*, 1 times", times: 1 }]);
    const asked = { authorization: stack.place.headers.authorization ?? "" };
    await fetch(`${rehearsed.url}/nosuchapi/v1/things`, { headers: asked });
    assert.equal(report.summary().unanswered.length, 1);
    rehearsed.faults.clear();
  });

  it("is drawn with the share of each revision on its line", () => {
    const { parts, edges, cloud: seen } = picture();
    const { nodes, splits } = revisionsOnMap(seen, parts);
    const of = splits.filter(({ to }) => to === "booking/reservas").map(({ from, percent }) => [from, percent]);
    assert.deepEqual(of, [
      ["booking/reservas@00003-ccc", 0],
      ["booking/reservas@00002-bbb", 10],
      ["booking/reservas@00001-aaa", 90],
    ]);
    const { lines, boxes } = draw({ parts: [...parts, ...nodes], edges: [...edges, ...splits] });
    const at = (id: string): number => boxes.find((box) => box.id === id)?.x ?? NaN;
    for (const { from, to } of splits) {
      assert.ok(at(from) > at(to), `${from} is right of ${to}`);
      assert.ok(lines.some((line) => line.from === from && line.to === to));
    }
  });

  it("shows revisions that serve, run or are new, and folds the others", () => {
    const revision = (name: string, percent = 0) => ({
      ...{ name, shortName: name, percent, tags: [] },
      state: { mood: "good", word: "ready" } as const,
    });
    const revisions = [..."edcb"].map((name) => revision(name)).concat(revision("a", 100));
    const { shown, rest } = chosenOf({ revisions, instances: [] });
    assert.deepEqual(
      [shown, rest].map((list) => list.map(({ name }) => name).join("")),
      ["edca", "b"],
    );
  });
});

describe("an API's list", () => {
  it("is read page by page, and its refusal in its own words", async () => {
    const server = createServer(({ url = "" }, response) => {
      if (url.startsWith("/gone")) return response.writeHead(404).end("<html>no</html>");
      return response.end(
        JSON.stringify({ things: [url], ...(url.includes("pageToken") ? {} : { nextPageToken: "2&" }) }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const ask = askAt({ url: `http://127.0.0.1:${port}`, headers: {} });
    assert.deepEqual(await ask.list("a/b?x=1", "things"), ["/a/b?x=1", "/a/b?x=1&pageToken=2%26"]);
    await assert.rejects(ask.list("gone", "things"), { message: "404: <html>no</html>" });
    server.close();
    server.closeAllConnections();
    await assert.rejects(ask.get("a"), /^Error: 127\.0\.0\.1:\d+ does not answer: (ECONNREFUSED|UND_ERR_SOCKET)$/);
  });
});
