import assert from "node:assert/strict";
import { needs, succeeds, withFiles } from "../base-image";
import { removeAll, start, type TestContainer } from "../container";

describe("the base images keep the official images' contract", function () {
  this.timeout(120_000);
  after(removeAll);

  describe("mariadb:11", () => {
    const image = "mariadb:11";
    needs(image);
    const folder = withFiles({ "init.sql": "ALTER USER IF EXISTS 'django_user'@'%' IDENTIFIED BY 'changed';\n" });
    let mariadb: TestContainer;

    before(async () => {
      mariadb = await start({
        image,
        env: {
          MARIADB_ROOT_PASSWORD: "root'pass\\",
          MARIADB_DATABASE: "callcenterdb_maria",
          MARIADB_USER: "django_user",
          MARIADB_PASSWORD: "django_pass",
        },
        command: [
          "--character-set-server=utf8mb4",
          "--collation-server=utf8mb4_unicode_ci",
          "--init-file=/given/init.sql",
        ],
        files: { [folder]: "/given" },
      });
      await mariadb.until("healthcheck.sh", "--connect", "--innodb_initialized");
    });

    const query = (sql: string, { user = "django_user", password = "changed" } = {}) =>
      mariadb.exec("mariadb", "-h127.0.0.1", `-u${user}`, `-p${password}`, "-BNe", sql, "callcenterdb_maria");

    it("makes database and user, and runs --init-file after that", async () => {
      assert.deepEqual(await query("SELECT @@collation_database, current_user()"), {
        code: 0,
        output: "utf8mb4_unicode_ci\tdjango_user@%",
      });
      assert.match((await query("SELECT 1", { password: "django_pass" })).output, /Access denied/);
    });

    it("lets root in with the password only", async () => {
      assert.equal((await query("SELECT 3", { user: "root", password: "root'pass\\" })).output, "3");
      const { code, output } = await mariadb.exec("mariadb", "-h127.0.0.1", "-uroot", "-BNe", "SELECT 4");
      assert.notEqual(code, 0, output);
    });

    it("knows time zones, and runs as process 1 of user 999", async () => {
      const lima = "SELECT convert_tz('2026-01-01 12:00:00', 'UTC', 'America/Lima')";
      assert.equal((await query(lima)).output, "2026-01-01 07:00:00");
      assert.match(await succeeds(mariadb, "cat", "/proc/1/cmdline"), /^mariadbd\0/);
      assert.match(await succeeds(mariadb, "stat", "-c", "%u:%g", "/proc/1"), /^999:999/);
    });

    it("keeps rows across a stop, and its health check knows which checks there are", async () => {
      await query("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
      assert.equal(await mariadb.stop(), 0);
      await mariadb.start();
      await mariadb.until("healthcheck.sh", "--connect", "--innodb_initialized");
      assert.equal((await query("SELECT count(*) FROM kept")).output, "1");
      assert.equal((await mariadb.exec("healthcheck.sh", "--no_such_check")).code, 1);
    });

    it("is not healthy while the server of the first boot runs", async () => {
      const folder = withFiles({ "slow.sh": "healthcheck.sh --connect && echo TOO EARLY || echo not yet\n" });
      const env = { MARIADB_ROOT_PASSWORD: "x" };
      const slow = await start({ image, env, files: { [folder]: "/docker-entrypoint-initdb.d" } });
      await slow.until("healthcheck.sh", "--connect", "--innodb_initialized");
      assert.match(await slow.logs(), /not yet/);
    });

    it("refuses to begin without a root password, and says which variable", async () => {
      const nameless = await start({ image });
      assert.equal(await nameless.exited(), 1);
      assert.match(await nameless.logs(), /MARIADB_ROOT_PASSWORD/);
    });

    it("refuses arguments that the server refuses, with its words", async () => {
      const wrong = await start({ image, env: { MARIADB_ROOT_PASSWORD: "x" }, command: ["--no-such-option"] });
      assert.equal(await wrong.exited(), 1);
      assert.match(await wrong.logs(), /unknown option '--no-such-option'/);
    });
  });
});
