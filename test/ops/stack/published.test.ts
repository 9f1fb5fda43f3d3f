import assert from "node:assert/strict";
import { type PublishedPlan } from "../../../infra/plan/published";
import { migrationJobs } from "../../../ops/django/migrations/jobs";
import { requirePlaced } from "../../../ops/stack/guards";
import { idOf } from "../../../ops/stack/select";
import { unitId, unitsOf } from "../../../ops/data/snapshots/units";
import { record } from "../published";
import { plan, container, outputs, engine, read, opened, refused, ofPlan } from "./leads";

describe("a stack's published plan", () => {
  const after: PublishedPlan = {
    ...plan,
    services: [
      ...plan.services,
      { ...(plan.services[0] as PublishedPlan["services"][number]), id: "leads/beat", container: "leads_dev_beat" },
    ],
  };

  it("of a stack without a record is rebuilt, whatever shape the labels of other resources have", () => {
    const secret = {
      urn: "urn:s",
      type: "gcp:secretmanager/secret:Secret",
      outputs: { labels: { "fleet-stack": "dev" } },
    };
    assert.equal(read(secret, ...ofPlan).source, "state");
  });

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
