import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { unitsInServers, unlisted } from "../../../ops/data/snapshots/in-servers";
import { unitId } from "../../../ops/data/snapshots/units";
import type { RunningDatastore } from "../../../ops/stack/running";
import { frame } from "../../docker/fake-engine";

const datastore = (engine: RunningDatastore["engine"], ...names: string[]): RunningDatastore => ({
  ...{ id: `shop/${engine}`, system: "shop", name: engine, description: "", engine, version: "15", runs: true },
  ...{ container: engine, volume: `${engine}_data` },
  databases: names.map((name) => ({ name, user: name })),
});

/** An engine in whose servers are these databases. */
const serving = (names: Record<string, string[]>): Docker =>
  ({
    getContainer: (container: string) => ({
      exec: () =>
        Promise.resolve({
          start: () => {
            const stream = new PassThrough();
            stream.end(frame(1, (names[container] ?? []).map((name) => `${name}\n`).join("")));
            return Promise.resolve(stream);
          },
          inspect: () => Promise.resolve({ Running: false, ExitCode: 0 }),
        }),
    }),
  }) as unknown as Docker;

describe("the databases of a snapshot", () => {
  const datastores = [datastore("postgres", "shop"), datastore("mariadb", "archive"), datastore("redis")];

  it("are those that are in the servers, whatever the published plan lists", async () => {
    const docker = serving({ postgres: ["shop", "shop_of_before"], mariadb: ["archive", "by_hand"] });
    const units = await unitsInServers({ docker, datastores });
    assert.deepEqual(units.map(unitId), [
      "shop/postgres/shop",
      "shop/mariadb/archive",
      "shop/redis/all",
      "shop/postgres/shop_of_before",
      "shop/mariadb/by_hand",
    ]);
    assert.deepEqual(unlisted(units).map(unitId), ["shop/postgres/shop_of_before", "shop/mariadb/by_hand"]);
  });

  it("are not those that a restore or Django's tests make for a while", async () => {
    const docker = serving({
      postgres: ["shop", "shop__fresh", "shop__before", "test_shop", "test_shop_gw0"],
      mariadb: ["archive"],
    });
    assert.deepEqual(unlisted(await unitsInServers({ docker, datastores })), []);
  });

  it("are refused by name where a snapshot cannot hold one", async () => {
    const docker = serving({ postgres: ["shop", "Año 2025; --"], mariadb: [] });
    await assert.rejects(unitsInServers({ docker, datastores }), /shop\/postgres\/Año 2025; --/);
  });
});
