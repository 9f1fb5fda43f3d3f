import assert from "node:assert/strict";
import type { Container } from "../../../docker/inventory";
import { FORMAT } from "../../../infra/plan/published";
import { migrationJobs } from "../../../ops/django/migrations/jobs";
import { webParts } from "../../../ops/django/code";
import type { Resource } from "../../../ops/stack/checkpoint";
import { requirePlaced } from "../../../ops/stack/guards";
import { idOf, partsOf, selectParts } from "../../../ops/stack/select";
import { record } from "../published";
import { plan, labels, outputs, engine, ofPlan, opened, refused } from "./leads";

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
