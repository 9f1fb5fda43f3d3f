import assert from "node:assert/strict";
import { openStack, type RunningStack } from "../../ops/stack/running";
import { execCaptured } from "../../docker/exec";
import { asMariadbRoot, databaseCommand } from "../../ops/data/client";
import { checksums } from "../e2e/checksums";
import { OwnStack } from "../e2e/own-stack";

/** The drill of specification 002, over every datastore of every system. */
describe("the drill: fill, snapshot, wipe, restore, compare", () => {
  const stack = new OwnStack("test-drill", ["fleet:mariadb: true", 'fleet:portOffset: "34300"']);
  let running: RunningStack;

  before(async () => {
    await stack.removeLeftovers();
    stack.must(["up"]);
    running = await openStack(stack.name);
  });
  after(() => stack.remove());

  it("brings back every row", async function () {
    const times: Record<string, number> = {};
    const timed = async <T>(name: string, work: () => Promise<T> | T): Promise<T> => {
      const began = Date.now();
      const result = await work();
      times[name] = (Date.now() - began) / 1000;
      return result;
    };

    await timed("fill", () => fill());
    // Compared is the data, not what celery does meanwhile.
    await timed("stop services", () => stopServices(running));
    const before = await timed("checksums", () => checksums(running));
    await timed("snapshot", () => stack.must(["backup", "drill"]));
    await timed("wipe", () => wipe(running));
    const wiped = await checksums(running);
    await timed("restore", () => stack.must(["restore", "drill", "--yes"]));
    const after = await timed("compare", () => checksums(running));

    const rows = sumOfRows(before);
    const total = Object.values(times).reduce((sum, seconds) => sum + seconds, 0);
    console.log(
      `      ${Object.keys(before).length} tables and Redis servers, ${rows} rows; seconds: ${JSON.stringify(times)}; in all ${total.toFixed(1)}`,
    );
    assert.ok(rows > 3000, "it was filled");
    assert.notDeepEqual(wiped, before, "it was wiped");
    assert.ok(sumOfRows(wiped) < 200, "it was wiped");
    assert.deepEqual(after, before);
  });

  const fill = async (): Promise<void> => {
    stack.must(["seed"]);
    stack.must(["seed", "leads", "--with", "--count 3000"]);
    await insertArchive(running);
    for (const { container, engine } of running.datastores)
      if (engine === "redis")
        await execCaptured({ docker: running.docker, container, command: ["redis-cli", "EVAL", FILL_REDIS, "0"] });
  };
});

/** Strings, lists, hashes, sorted sets, some of which expire one day. */
const FILL_REDIS = `
for n = 1, 1000 do
  redis.call('SET', 'drill:text:' .. n, string.rep('x', n), 'EX', 86400)
  redis.call('RPUSH', 'drill:list', n)
  redis.call('HSET', 'drill:hash', n, n)
  redis.call('ZADD', 'drill:sorted', n, n)
end
return 1`;

/** Finished calls of ten years; nothing else writes there before calls are archived. */
const insertArchive = async ({ docker, datastores }: RunningStack): Promise<void> => {
  const mariadb = datastores.find(({ engine }) => engine === "mariadb")!;
  const query =
    "CREATE TABLE IF NOT EXISTS drill (id INT PRIMARY KEY, word TEXT, at DATETIME(6)) AS SELECT seq AS id, CONCAT('año ', seq) AS word, NOW(6) AS at FROM seq_1_to_5000";
  const { code, stderr } = await execCaptured({
    docker,
    container: mariadb.container,
    ...databaseCommand({ datastore: mariadb, database: "callcenterdb_maria", query }),
  });
  assert.equal(code, 0, stderr);
};

const stopServices = async ({ docker, services }: RunningStack): Promise<void> => {
  const staying = services.filter(({ kind }) => kind !== "job");
  await Promise.all(staying.map(({ container }) => docker.getContainer(container).stop()));
};

/** As a person could by mistake, in every database. */
const wipe = async ({ docker, datastores }: RunningStack): Promise<void> => {
  for (const { container, engine, databases } of datastores) {
    const commands: { command: readonly string[] }[] =
      engine === "redis"
        ? [{ command: ["redis-cli", "FLUSHALL"] }]
        : engine === "mariadb"
          ? databases.map(({ name }) => ({
              command: asMariadbRoot(
                `mariadb -h 127.0.0.1 -u root -e 'DROP DATABASE ${name}; CREATE DATABASE ${name}'`,
              ),
            }))
          : databases.length > 0
            ? databases.map(({ name }) => ({
                command: [
                  "psql",
                  "-h",
                  "127.0.0.1",
                  "-U",
                  "postgres",
                  "-d",
                  name,
                  "-c",
                  "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                ],
              }))
            : [];
    for (const { command } of commands) {
      const { code, stderr } = await execCaptured({ docker, container, command });
      assert.equal(code, 0, stderr);
    }
  }
};

const sumOfRows = (sums: Record<string, string>): number =>
  Object.values(sums).reduce((total, sum) => total + Number(/^\d+/.exec(sum)?.[0] ?? 0), 0);
