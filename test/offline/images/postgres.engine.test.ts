import assert from "node:assert/strict";
import path from "node:path";
import { needs, succeeds, withFiles } from "../base-image";
import { removeAll, start, type TestContainer } from "../container";

describe("the base images keep the official images' contract", function () {
  this.timeout(120_000);
  after(removeAll);

  describe("postgres:15-bookworm", () => {
    const image = "postgres:15-bookworm";
    needs(image);
    const folder = withFiles({ password: "s'ecret\n", "10_first.sql": "CREATE TABLE first (id int);" });
    let postgres: TestContainer;

    before(async () => {
      postgres = await start({
        image,
        env: {
          POSTGRES_USER: "django_user",
          POSTGRES_PASSWORD_FILE: "/given/password",
          POSTGRES_DB: "callcenterdb",
          POSTGRES_INITDB_ARGS: "--encoding=UTF8 --locale=en_US.UTF-8",
        },
        command: ["-c", "max_connections=42"],
        files: { [folder]: "/given", [path.join(folder, "10_first.sql")]: "/docker-entrypoint-initdb.d/10_first.sql" },
      });
      await postgres.until("pg_isready", "-h", "127.0.0.1", "-U", "django_user");
    });

    const query = (sql: string, ...more: string[]): Promise<string> =>
      succeeds(postgres, "psql", "-h", "127.0.0.1", "-U", "django_user", "-d", "callcenterdb", "-Atc", sql, ...more);

    it("makes the database as the environment says, and trusts 127.0.0.1", async () => {
      const database =
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'callcenterdb'";
      assert.equal(await query(database), "UTF8|en_US.UTF-8");
      assert.equal(await query("SHOW server_version_num").then((version) => version.slice(0, 2)), "15");
    });

    it("sorts as en_US does, not as C does", async () => {
      assert.equal(await query("SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['B', 'a']) x"), "aB");
    });

    it("hands arguments to the server, which is process 1 of user 999", async () => {
      assert.equal(await query("SHOW max_connections"), "42");
      assert.match(await succeeds(postgres, "cat", "/proc/1/cmdline"), /^postgres\0-c\0/);
      assert.match(await succeeds(postgres, "stat", "-c", "%u:%g", "/proc/1"), /^999:999/);
    });

    it("asks clients from the network for the password", async () => {
      const client = [
        "psql",
        "-h",
        await postgres.address(),
        "-U",
        "django_user",
        "-d",
        "callcenterdb",
        "-wAtc",
        "SELECT 7",
      ];
      assert.match((await postgres.exec(...client)).output, /no password supplied/);
      assert.equal(await succeeds(postgres, "env", "PGPASSWORD=s'ecret", ...client), "7");
    });

    it("runs what lies in docker-entrypoint-initdb.d on the first boot only, and keeps rows across a stop", async () => {
      await query("INSERT INTO first VALUES (1)");
      assert.equal(await postgres.stop(), 0);
      await postgres.start();
      await postgres.until("pg_isready", "-h", "127.0.0.1");
      assert.equal(await query("SELECT count(*) FROM first"), "1");
      assert.match(await postgres.logs(), /Skipping initialization/);
    });

    it("refuses to begin without a password, and says which variable", async () => {
      const nameless = await start({ image });
      assert.equal(await nameless.exited(), 1);
      assert.match(await nameless.logs(), /POSTGRES_PASSWORD/);
    });
  });
});
