import assert from "node:assert/strict";
import type { Container, Inventory } from "../../../docker/inventory";
import { FORMAT, type PublishedPlan } from "../../../infra/plan/published";
import { ProblemsError } from "../../../infra/problems";
import { migrationJobs } from "../../../ops/django/migrations/jobs";
import { webParts } from "../../../ops/django/code";
import type { Resource } from "../../../ops/stack/checkpoint";
import { requirePlaced } from "../../../ops/stack/guards";
import { readPublished } from "../../../ops/stack/published";
import { runningIn } from "../../../ops/stack/running";
import { idOf, partsOf, selectParts } from "../../../ops/stack/select";
import { stackOf } from "../../../ops/stack/stack";
import { unitId, unitsOf } from "../../../ops/data/snapshots/units";
import { publishedPlan, record } from "../published";

const stack = stackOf("dev");
const config = { "fleet:systems": '["leads"]' };
const plan = publishedPlan({ config });

const labels = (part: string): Record<string, string> => ({
  "dev.fleet.stack": "fleet/dev",
  "dev.fleet.system": "leads",
  "dev.fleet.part": part,
  "dev.fleet.checkout": process.cwd(),
  "com.leads.description": `What ${part} is for`,
});

/** A resource of the provider's, as the state keeps it. */
const made = (type: string, name: string, outputs: Record<string, unknown>): Resource => ({
  urn: `urn:pulumi:dev::fleet::docker:index/${type}::${name}`,
  type: `docker:index/${type}`,
  id: `${name}-id`,
  outputs,
});
const container = (part: string, outputs: Record<string, unknown> = {}): Resource =>
  made("container:Container", `leads-${part}`, {
    name: `leads_dev_${part}`,
    labels: Object.entries(labels(part)).map(([label, value]) => ({ label, value })),
    ...outputs,
  });
const image = (name: string): Resource => made("remoteImage:RemoteImage", name, { imageId: `sha256:${name}`, name });
const data = (part: string) => [{ volumeName: `leads_dev_${part}_data`, containerPath: "/data" }];

/** What the program exports. */
const outputs: Resource = {
  urn: "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev",
  type: "pulumi:pulumi:Stack",
  outputs: {
    services: [
      { system: "leads", service: "migrate", kind: "job", container: "leads_dev_migrate" },
      {
        ...{ system: "leads", service: "web", kind: "web", container: "leads_dev_web" },
        ...{ url: "http://localhost:8086", healthUrl: "http://localhost:8086/healthz" },
      },
    ],
  },
};

const ofPlan: Resource[] = [
  image("mirror.example/postgres:15-bookworm"),
  image("mirror.example/redis:7-bookworm"),
  container("postgres", {
    ...{ image: "sha256:mirror.example/postgres:15-bookworm", volumes: data("postgres") },
    ports: [{ internal: 5432, external: 5436 }],
  }),
  container("redis", { image: "sha256:mirror.example/redis:7-bookworm", volumes: data("redis") }),
  container("migrate"),
  container("web", {
    ports: [{ internal: 8080, external: 8086 }],
    volumes: [{ hostPath: "/clone/services/leads", containerPath: "/srv/app" }],
  }),
];

/** The engine with the same containers, or with these. */
const engine = (...parts: string[]): Inventory => ({
  containers: parts.map((part): Container => ({
    ...{ id: `leads-${part}-id`, name: `leads_dev_${part}`, labels: labels(part), running: true, networks: {} },
    volumes: ["postgres", "redis", "left"].includes(part) ? [`leads_dev_${part}_data`] : [],
  })),
  networks: [],
  volumes: [
    {
      ...{ id: "leads_dev_postgres_data", name: "leads_dev_postgres_data" },
      labels: { "dev.fleet.data-format": "postgres 15 glibc" },
    },
    {
      ...{ id: "leads_dev_redis_data", name: "leads_dev_redis_data" },
      labels: { "dev.fleet.data-format": "redis 7 glibc" },
    },
  ],
  images: [],
});
const whole = engine("postgres", "redis", "migrate", "web");

const read = (...resources: Resource[]) => readPublished({ stack: "dev", state: { resources, pending: [] } });
const opened = (resources: Resource[], inventory = whole) =>
  runningIn({ stack, state: { resources, pending: [] }, inventory });
const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ProblemsError, String(error));
    return error.message;
  }
  return assert.fail("it was not refused");
};

describe("a stack's published plan", () => {
  const after: PublishedPlan = {
    ...plan,
    services: [
      ...plan.services,
      { ...(plan.services[0] as PublishedPlan["services"][number]), id: "leads/beat", container: "leads_dev_beat" },
    ],
  };

  it("is the one that was applied, where the last update went through", () => {
    const found = read(outputs, record("wanted", plan), record("applied", plan));
    assert.deepEqual(found, { source: "record", plan, applied: plan, wanted: plan });
    const running = opened([...ofPlan, outputs, record("wanted", plan), record("applied", plan)]);
    assert.deepEqual(running.datastores.map(idOf), ["leads/postgres", "leads/redis"]);
    assert.deepEqual(running.strangers, []);
    assert.deepEqual(unitsOf(running.datastores).map(unitId), ["leads/postgres/leads", "leads/redis/all"]);
    assert.deepEqual(migrationJobs({ running, names: [] }).map(idOf), ["leads/migrate"]);
    assert.doesNotThrow(() => requirePlaced({ running }));
  });

  it("names containers and volumes, whatever this clone would call them", () => {
    const renamed = {
      ...plan,
      datastores: plan.datastores
        .filter(({ id }) => id === "leads/postgres")
        .map((each) => ({
          ...each,
          container: `old-${each.name}`,
          volume: `old-${each.name}`,
        })),
    };
    const running = opened([container("postgres", { name: "old-postgres" }), record("applied", renamed)], engine());
    assert.deepEqual(
      running.datastores.map(({ container: name, volume }) => [name, volume]),
      [["old-postgres", "old-postgres"]],
    );
  });

  it("before a first update went through is the one that was begun", () => {
    const found = read(record("wanted", plan));
    assert.deepEqual(found, { source: "record", plan, wanted: plan });
  });

  it("knows what a failed update may have added, and what was applied before", () => {
    const found = read(record("wanted", after), record("applied", plan));
    assert.deepEqual(found.applied, plan);
    assert.deepEqual(found.wanted, after);
    assert.deepEqual(
      found.plan.services.map(({ id }) => id),
      [...plan.services.map(({ id }) => id), "leads/beat"],
    );
  });

  it("after a failed update leaves open which databases a changed server has: a backup is refused, of it alone", () => {
    const changed: PublishedPlan = {
      ...plan,
      datastores: plan.datastores.map((each) =>
        each.engine === "postgres"
          ? { ...each, databases: [...each.databases, { name: "archive", user: "archive" }] }
          : each,
      ),
    };
    const running = opened([...ofPlan, outputs, record("wanted", changed), record("applied", plan)]);
    const message = refused(() => requirePlaced({ running }));
    assert.match(message, /^1 problem/);
    assert.match(message, /leads\/postgres: .*the last update did not finish/);
    assert.doesNotThrow(() => requirePlaced({ running, names: ["redis"] }));
  });

  it("of an update that was killed tells the services that it made, though it told no outputs", () => {
    const { services } = opened([container("web"), record("wanted", plan)], engine("web"));
    assert.deepEqual(services, [
      {
        ...{ system: "leads", service: "web", kind: "web", container: "leads_dev_web" },
        ...{ url: "http://localhost:8086", healthUrl: "http://localhost:8086/healthz" },
      },
    ]);
  });

  it("after an update of a part is the one of before; what the part brought is said", () => {
    const running = opened(
      [...ofPlan, container("beat"), outputs, record("wanted", plan), record("applied", plan)],
      engine("postgres", "redis", "migrate", "web", "beat"),
    );
    assert.deepEqual(running.strangers, [{ container: "leads_dev_beat", system: "leads", name: "beat" }]);
    assert.doesNotThrow(() => requirePlaced({ running }));
  });

  it("does not know a datastore that runs beside it: it is said, and a backup is refused by its name", () => {
    const running = opened(
      [...ofPlan, outputs, record("wanted", plan), record("applied", plan)],
      engine("postgres", "redis", "migrate", "web", "left"),
    );
    assert.deepEqual(running.strangers.map(idOf), ["leads/left"]);
    assert.match(
      refused(() => requirePlaced({ running })),
      /leads\/left: the datastore leads_dev_left is part of dev/,
    );
  });
});

describe("a stack without a published plan that can be read", () => {
  const newer = { ...plan, format: FORMAT + 1, regions: [] };
  const cases: [name: string, records: Resource[], why: RegExp][] = [
    ["of an older main", [], /holds no published plan/],
    [
      "of a newer main",
      [record("wanted", newer), record("applied", newer)],
      /format 2, and this clone reads the format 1/,
    ],
    ["of a newer main whose first update failed", [record("wanted", newer), record("applied", plan)], /the format 2/],
    ["with a damaged one", [record("applied", { ...plan, services: "none" })], /is damaged/],
  ];

  for (const [name, records, why] of cases)
    describe(name, () => {
      const running = opened([...ofPlan, outputs, ...records]);

      it("is read from its state", () => {
        assert.equal(running.published.source, "state");
        if (running.published.source === "state") assert.match(running.published.why, why);
        assert.deepEqual(running.published.applied, undefined);
        assert.deepEqual(partsOf(running).map(idOf), ["leads/migrate", "leads/web", "leads/postgres", "leads/redis"]);
        assert.deepEqual(
          running.datastores.map(({ engine: kind, version, container: server, volume, hostPort }) => [
            ...[kind, version, server, volume, hostPort],
          ]),
          [
            ["postgres", "15", "leads_dev_postgres", "leads_dev_postgres_data", 5436],
            ["redis", "7", "leads_dev_redis", "leads_dev_redis_data", undefined],
          ],
        );
        assert.deepEqual(running.strangers, []);
      });

      it("lets logs, exec, restart and tests find their parts", () => {
        assert.deepEqual(
          selectParts({ names: ["leads/web"], parts: partsOf(running) }).map(({ container: at }) => at),
          ["leads_dev_web"],
        );
        assert.deepEqual(
          webParts(running).map(({ folder }) => folder),
          ["leads"],
        );
      });

      it("refuses what would be partial, with a cure, and goes on with what would not", () => {
        const message = refused(() => requirePlaced({ running }));
        assert.match(message, /^1 problem/);
        assert.match(message, /leads\/postgres: .*which databases it has is not known/);
        assert.match(message, /cure: \.\/fleet start/);
        assert.doesNotThrow(() => requirePlaced({ running, names: ["leads/redis"] }));
        assert.match(
          refused(() => migrationJobs({ running, names: [] })),
          /not known which jobs migrate.*\n\s+cure: \.\/fleet start \(it records the plan\)/,
        );
      });
    });

  it("and without a state is read from the engine's labels, of this clone alone", () => {
    const foreign = { ...labels("web"), "dev.fleet.checkout": "/other/clone" };
    const inventory = engine("postgres", "redis", "web");
    const running = opened([], {
      ...inventory,
      containers: [
        ...inventory.containers,
        { ...(inventory.containers[0] as Container), id: "x", name: "shop_dev_db", labels: foreign },
      ],
    });
    assert.deepEqual(partsOf(running).map(idOf), ["leads/web", "leads/postgres", "leads/redis"]);
    assert.deepEqual(
      running.datastores.map(({ engine: kind, version }) => [kind, version]),
      [
        ["postgres", "15"],
        ["redis", "7"],
      ],
    );
    assert.match(
      refused(() => requirePlaced({ running })),
      /leads\/postgres/,
    );
  });

  it("and of which nothing is there, is empty", () => {
    const running = opened([], engine());
    assert.deepEqual([running.services, running.datastores, running.strangers], [[], [], []]);
  });
});
