import assert from "node:assert/strict";
import { needs, succeeds, withFiles } from "../base-image";
import { removeAll, start } from "../container";

describe("the base images keep the official images' contract", function () {
  this.timeout(120_000);
  after(removeAll);

  describe("redis:7-bookworm", () => {
    const image = "redis:7-bookworm";
    needs(image);

    it("is reachable from the network, keeps what it appended, and runs as process 1 of user 999", async () => {
      const redis = await start({ image, command: ["redis-server", "--appendonly", "yes"] });
      await redis.until("redis-cli", "ping");
      assert.equal(await succeeds(redis, "redis-cli", "-h", await redis.address(), "set", "key", "kept"), "OK");
      assert.match(await succeeds(redis, "cat", "/proc/1/cmdline"), /^redis-server/);
      assert.match(await succeeds(redis, "stat", "-c", "%u:%g", "/proc/1"), /^999:999/);
      assert.equal(await redis.stop(), 0);
      await redis.start();
      await redis.until("redis-cli", "ping");
      assert.match(await succeeds(redis, "redis-cli", "get", "key"), /kept/);
    });

    it("takes bare options, a configuration file, and another command", async () => {
      const folder = withFiles({ "own.conf": "maxmemory 11mb\n" });
      const bare = await start({ image, command: ["--maxmemory", "10mb"] });
      const own = await start({ image, command: ["/given/own.conf"], files: { [folder]: "/given" } });
      const other = await start({ image, command: ["redis-cli", "--version"] });
      for (const [redis, bytes] of [
        [bare, 10 << 20],
        [own, 11 << 20],
      ] as const) {
        await redis.until("redis-cli", "ping");
        const address = await redis.address();
        assert.match(
          await succeeds(redis, "redis-cli", "-h", address, "config", "get", "maxmemory"),
          RegExp(`${bytes}`),
        );
      }
      assert.equal(await other.exited(), 0);
      assert.match(await other.logs(), /redis-cli 7\./);
    });
  });
});
