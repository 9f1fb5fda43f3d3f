import assert from "node:assert/strict";
import { ProblemsError } from "../../../infra/problems";
import { snapshotOf } from "../../../ops/commands/backup";
import type { Container, Inventory } from "../../../docker/inventory";
import { requirePlaced } from "../../../ops/stack/guards";
import { runningIn, type RunningStack } from "../../../ops/stack/running";
import { stackOf } from "../../../ops/stack/stack";
import type { Resource } from "../../../ops/stack/checkpoint";
import { publishedPlan, record } from "../published";

const stack = stackOf("dev");
const labelsOf = (system: string, part: string): Record<string, string> => ({
  "dev.fleet.stack": "fleet/dev",
  "dev.fleet.system": system,
  "dev.fleet.part": part,
});

/** A container as the provider writes it into the state; a datastore mounts the volume of its name. */
const inState = (system: string, part: string, volume = `${system}_dev_${part}_data`): Resource => ({
  urn: `urn:pulumi:dev::fleet::docker:index/container:Container::${system}-${part}`,
  type: "docker:index/container:Container",
  id: `${system}-${part}-id`,
  outputs: {
    name: `${system}_dev_${part}`,
    volumes: [{ volumeName: volume, containerPath: "/data" }],
    labels: Object.entries(labelsOf(system, part)).map(([label, value]) => ({ label, value })),
  },
});
const onEngine = (system: string, part: string, volume = `${system}_dev_${part}_data`): Container => ({
  id: `${system}-${part}-id`,
  name: `${system}_dev_${part}`,
  labels: labelsOf(system, part),
  running: true,
  networks: {},
  volumes: [volume],
});
const holding = (format: string): Inventory["volumes"] => [
  { id: "leads_dev_postgres_data", name: "leads_dev_postgres_data", labels: { "dev.fleet.data-format": format } },
];

const unplaced = ({
  resources = [],
  containers = [],
  volumes = [],
}: {
  resources?: Resource[];
  containers?: Container[];
  volumes?: Inventory["volumes"];
}) =>
  runningIn({
    stack,
    state: {
      resources: [...resources, record("wanted", publishedPlan()), record("applied", publishedPlan())],
      pending: [],
    },
    inventory: { engine: "engine", containers, networks: [], volumes, images: [] },
  }).unplaced;
const ids = (of: Parameters<typeof unplaced>[0]): string[] =>
  unplaced(of).map(({ system, name }) => `${system}/${name}`);

describe("a datastore that cannot be placed", () => {
  it("is none that the published plan knows and the state holds", () =>
    assert.deepEqual(
      ids({ resources: [inState("leads", "postgres")], containers: [onEngine("leads", "postgres")] }),
      [],
    ));

  it("is one of the state that the published plan does not know, as one that an update of before left", () =>
    assert.deepEqual(ids({ resources: [inState("leads", "postgres"), inState("shop", "db")] }), ["shop/db"]));

  it("is one that runs with the stack's label and is in no state, though the published plan knows it", () =>
    assert.deepEqual(ids({ containers: [onEngine("leads", "postgres"), onEngine("shop", "db")] }), [
      "leads/postgres",
      "shop/db",
    ]));

  it("is told once, by state and engine", () =>
    assert.deepEqual(ids({ resources: [inState("shop", "db")], containers: [onEngine("shop", "db")] }), ["shop/db"]));

  it("is one whose data is of another kind than the published plan says", () => {
    const leads = { resources: [inState("leads", "postgres")] };
    assert.deepEqual(ids({ ...leads, volumes: holding("postgres 15 glibc") }), []);
    assert.match(
      unplaced({ ...leads, volumes: holding("mariadb 11 glibc") })[0]?.why ?? "",
      /holds mariadb 11 glibc, and the stack's published plan says postgres 15 glibc/,
    );
  });

  it("is no service, whatever it mounts, no other stack's, and nothing that is only to be deleted", () => {
    const other = {
      ...onEngine("shop", "db"),
      labels: { ...labelsOf("shop", "db"), "dev.fleet.stack": "fleet/other" },
    };
    assert.deepEqual(
      ids({
        resources: [inState("meet", "web", "meet_dev_media_data"), { ...inState("shop", "db"), delete: true }],
        containers: [onEngine("meet", "web", "meet_dev_media_data"), other],
      }),
      [],
    );
  });
});

describe("work on a stack's data", () => {
  const running = { stack, unplaced: unplaced({ resources: [inState("shop", "db")] }) };

  it("is refused where a datastore would be left out; the message names it, with a cure", () =>
    assert.throws(
      () => requirePlaced({ running }),
      (error: Error) => {
        assert.ok(error instanceof ProblemsError);
        assert.match(
          error.message,
          /shop\/db: the datastore shop_dev_db is part of dev, and its data would be left out/,
        );
        assert.match(error.message, /cure: \.\/fleet start \(records the plan/);
        return true;
      },
    ));

  it("goes on where only others are named", () => {
    assert.doesNotThrow(() => requirePlaced({ running, names: ["leads", "booking/postgres"] }));
    for (const name of ["shop", "db", "shop/db"]) assert.throws(() => requirePlaced({ running, names: [name] }));
  });

  it("is refused for a backup before anything is asked or written", async () => {
    const all = { ...running, datastores: [], services: [] } as unknown as RunningStack;
    await assert.rejects(snapshotOf({ running: all }), /shop_dev_db is part of dev/);
  });
});
