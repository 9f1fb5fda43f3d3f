import assert from "node:assert/strict";
import path from "node:path";
import { removeAll } from "../../offline/container";
import { dumpsFolder, Server } from "./server";

describe("a restore of a dump of Redis", function () {
  this.timeout(60_000);
  const dumps = dumpsFolder();
  let server: Server;

  before(async () => {
    server = await Server.start({ engine: "redis", version: "7", command: ["redis-server", "--appendonly", "yes"] });
  });
  after(removeAll);

  it("is read by a process that is not root and checks every value, and gives back the data", async () => {
    const file = path.join(dumps, "redis.rdb");
    await server.run("redis-cli set word kept; redis-cli rpush list a b c; redis-cli -n 3 hset hash f v");
    await server.dump("all", file);
    await server.run("redis-cli flushall");
    await server.step("all", "prepare");
    await server.step("all", "load", file);
    assert.equal(
      await server.run(`
pid=$(redis-cli -p 6399 info server | tr -d '\\r' | sed -n 's/^process_id://p')
stat -c %U "/proc/$pid"
redis-cli -p 6399 config get sanitize-dump-payload | tail -1`),
      "redis\nyes",
    );
    await server.step("all", "swap");
    await server.step("all", "finish");
    assert.equal(
      await server.run("redis-cli get word; redis-cli lrange list 0 -1; redis-cli -n 3 hget hash f"),
      "kept\na\nb\nc\nv",
    );
  });
});
