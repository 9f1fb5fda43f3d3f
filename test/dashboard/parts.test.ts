import assert from "node:assert/strict";
import type Docker from "dockerode";
import { argumentsFor } from "../../dashboard/actions";
import { containerOf } from "../../dashboard/containers";
import { edgesOf, systemsOf } from "../../dashboard/graph";
import { cpuBetween, memoryOf, summed } from "../../dashboard/metrics";
import { expectedParts, partOf } from "../../dashboard/parts";
import { draw, essential } from "../../dashboard/page/layout";
import type { Service } from "../../ops/stack/health";
import { publishedPlan } from "../ops/published";

const service = (system: string, name: string, kind: string): Service => ({
  system,
  service: name,
  kind,
  container: `${system}_mine_${name}`,
});
const services = [service("leads", "migrate", "job"), service("leads", "web", "web")];
const plan = publishedPlan({ stack: "mine", config: { "fleet:systems": '["leads"]' } });
const [postgres, , , web] = expectedParts({ plan, services });

const container = (state: object, config: object = {}): Docker.ContainerInspectInfo =>
  ({
    Name: "/leads_mine_web",
    State: {
      Running: true,
      StartedAt: "2026-11-24T10:00:00Z",
      FinishedAt: "0001-01-01T00:00:00Z",
      ExitCode: 0,
      ...state,
    },
    Config: { Env: ["SECRET_KEY=do not tell", "DEBUG=True"], ...config },
    HostConfig: { NanoCpus: 5e8, Memory: 512 * 2 ** 20 },
    RestartCount: 0,
  }) as unknown as Docker.ContainerInspectInfo;

describe("the parts of a stack", () => {
  it("are the datastores of the systems that run, and the services", () => {
    assert.ok(postgres && web);
    assert.deepEqual(
      [postgres.id, postgres.kind, postgres.container],
      ["leads/postgres", "postgres", "leads_mine_postgres"],
    );
    assert.deepEqual([web.id, web.container], ["leads/web", "leads_mine_web"]);
  });

  it("count MariaDB only while it is on", () => {
    const ids = (mariadb: "true" | "false") =>
      expectedParts({
        plan: publishedPlan({ stack: "mine", config: { "fleet:mariadb": mariadb } }),
        services: [service("callcenter", "migrate", "job")],
      }).map(({ id }) => id);
    assert.equal(ids("false").includes("callcenter/db_mariadb"), false);
    assert.equal(ids("true").includes("callcenter/db_mariadb"), true);
  });

  it("show a system that the plan does not know", () => {
    const odd = [service("elsewhere", "web", "web")];
    assert.deepEqual(
      expectedParts({ plan, services: odd }).map(({ id }) => id),
      ["elsewhere/web"],
    );
  });

  for (const [what, kind, state, expected] of [
    ["healthy", "web", { Health: { Status: "healthy" } }, { status: "healthy" }],
    ["without a health check", "web", {}, { status: "running" }],
    ["killed", "web", { Running: false, ExitCode: 137 }, { status: "stopped", detail: "exit code 137" }],
    [
      "killed for its memory",
      "web",
      { Running: false, ExitCode: 137, OOMKilled: true },
      { status: "stopped", detail: "exit code 137, out of memory" },
    ],
    ["in a crash loop", "web", { Restarting: true, ExitCode: 1 }, { status: "restarting", detail: "exit code 1" }],
    ["a job that has worked", "job", { Running: false }, { status: "done" }],
    ["a job that has failed", "job", { Running: false, ExitCode: 1 }, { status: "failed", detail: "exit code 1" }],
  ] as const) {
    it(`tell their state: ${what}`, () => {
      assert.ok(web);
      const { status, detail } = partOf({ expected: { ...web, kind }, container: container(state), image: "x" });
      assert.deepEqual({ status, ...(detail === undefined ? {} : { detail }) }, expected);
    });
  }

  it("tell the names of variables, never a value", () => {
    assert.ok(web);
    const part = partOf({ expected: web, container: container({}), image: "fleet/leads:dev" });
    assert.deepEqual(part.env, ["DEBUG", "SECRET_KEY"]);
    assert.doesNotMatch(JSON.stringify(part), /do not tell/);
  });

  it("are gone without a container", () => {
    assert.ok(web);
    assert.equal(partOf({ expected: web, container: undefined, image: undefined }).status, "gone");
  });
});

describe("the container of a part", () => {
  const listed = [
    { id: "1", name: "leads_mine_web", created: 1 },
    { id: "2", name: "fleet-mine-run-mine-reservas-00002-abc", created: 2 },
  ];
  const instances = [{ resource: "mine-reservas", listed: { id: "2", name: "", created: 2 } }];
  const found = (change: object) =>
    containerOf({ part: { ...(web as NonNullable<typeof web>), ...change }, listed, instances })?.id;

  it("is the one of its name, or the newest instance in a rehearsed cloud", () => {
    assert.equal(found({}), "1");
    assert.equal(found({ container: "mine-reservas" }), "2");
    assert.equal(found({ container: "mine-reservas", kind: "job" }), undefined);
    assert.equal(found({ container: "mine" }), undefined);
  });
});

describe("the map", () => {
  it("has each need, and draws none that follows from another", () => {
    const edges = edgesOf({ plan });
    assert.ok(edges.some(({ from, to }) => from === "leads/web" && to === "leads/postgres"));
    const drawn = essential(edges);
    assert.ok(drawn.some(({ from, to }) => from === "leads/web" && to === "leads/migrate"));
    assert.equal(
      drawn.some(({ from, to }) => from === "leads/web" && to === "leads/postgres"),
      false,
    );
  });

  it("names the networks that systems share", () => {
    assert.deepEqual(systemsOf({ plan, services }), [
      { name: "leads", title: "Leads", networks: ["leads/service_network"] },
    ]);
  });

  it("places what is needed to the left of what needs it, and nothing on top of anything", () => {
    const parts = expectedParts({ plan, services }).map((expected) =>
      partOf({ expected, container: undefined, image: undefined }),
    );
    const { boxes, lines } = draw({ parts, edges: edgesOf({ plan }) });
    const at = (id: string): number => boxes.find((box) => box.id === id)?.x ?? NaN;
    for (const { from, to } of lines) assert.ok(at(to) < at(from), `${to} is left of ${from}`);
    for (const a of boxes)
      for (const b of boxes)
        assert.ok(
          a === b || Math.abs(a.x - b.x) >= a.width || Math.abs(a.y - b.y) >= a.height,
          `${a.id} and ${b.id} overlap`,
        );
  });
});

describe("the figures", () => {
  it("tell CPU in percent of one processor", () => {
    const reading = (at: number, cpu: number, life = "a") => ({ container: life, at, cpu });
    assert.equal(cpuBetween(reading(0, 0), reading(2000, 1e9)), 50);
    assert.equal(cpuBetween(undefined, reading(2000, 1e9)), undefined);
    assert.equal(cpuBetween(reading(0, 5e9, "before"), reading(2000, 1e9)), undefined, "another life");
  });

  it("are of all instances of a part on a cloud, whichever of them is its container", () => {
    const one = (id: string, container: string, resource: string) => ({
      ...(web as NonNullable<typeof web>),
      ...{ id, container, resource, status: "running" as const, env: [] },
    });
    const instances = [one("a@1", "c1", "a"), one("a@2", "c2", "a"), one("b@1", "c3", "b")];
    const values = { "a@1": [1.5, 10], "a@2": [2, 20], "b@1": [4, 40] } as const;
    const parts = [one("a", "c2", "a"), one("b", "c3", "b"), one("none", "none", "none")];
    assert.deepEqual(summed({ values, parts, instances }), { a: [3.5, 30], b: [4, 40] });
  });

  it("tell memory without the cache that can be taken back, in both versions of cgroups", () => {
    const of = (stats: object) => memoryOf({ usage: 100 * 2 ** 20, stats } as Docker.ContainerStats["memory_stats"]);
    assert.equal(of({ total_inactive_file: 40 * 2 ** 20 }), 60);
    assert.equal(of({ inactive_file: 30 * 2 ** 20 }), 70);
  });
});

describe("the buttons", () => {
  it("run the commands that a person types", () => {
    const words = (action: "restart" | "migrate" | "snapshot", target?: string) =>
      argumentsFor({ action, target, stack: "mine" }).join(" ");
    assert.equal(words("restart", "leads/web"), "restart leads/web --stack mine");
    assert.equal(words("migrate"), "migrate --stack mine");
    assert.equal(words("snapshot", "leads"), "backup --only leads --stack mine");
  });
});
