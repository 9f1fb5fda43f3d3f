import assert from "node:assert/strict";
import { removeAll } from "../../../offline/container";
import { Server } from "../../../ops/data/server";

describe("a server whose files were made under another version", function () {
  this.timeout(300_000);
  after(removeAll);

  describe("Postgres under another C library", () => {
    let server: Server;
    const NODES = "SELECT pg_relation_filenode('by_name'), pg_relation_filenode('by_icu')";

    before(async () => {
      server = await Server.start({
        ...{ engine: "postgres", version: "15", env: { POSTGRES_PASSWORD: "superuser" } },
        databases: [{ name: "leads", user: "leads" }],
      });
      await server.sql("postgres", "CREATE DATABASE unlisted");
      await server.sql(
        "leads",
        `CREATE TABLE t (name text, icu text COLLATE "en-x-icu"); CREATE INDEX by_name ON t (name); CREATE INDEX by_icu ON t (icu);`,
      );
    });

    const versions = (): Promise<string> =>
      server.sql(
        "postgres",
        "SELECT count(*) FROM pg_database WHERE datallowconn AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid)",
      );

    // Another glibc, and musl, which has no version.
    for (const version of ["'2.30'", "NULL"])
      it(`gets new text indices, and new databases can be made: made under ${version}`, async () => {
        await server.sql("postgres", `UPDATE pg_database SET datcollversion = ${version} WHERE datallowconn`);
        const nodes = await server.sql("leads", NODES);
        await server.makeReady();
        assert.notEqual(await server.sql("leads", NODES), nodes);
        assert.equal(await versions(), "0");
        await server.sql("postgres", "CREATE DATABASE one_more");
        await server.sql("postgres", "DROP DATABASE one_more");
      });

    it("gets new indices where only a collation of ICU is another one", async () => {
      await server.sql("leads", "UPDATE pg_collation SET collversion = '1' WHERE collname = 'en-x-icu'");
      const nodes = await server.sql("leads", NODES);
      await server.makeReady();
      assert.notEqual(await server.sql("leads", NODES), nodes);
    });

    it("is left alone where nothing changed", async () => {
      const nodes = await server.sql("leads", NODES);
      await server.makeReady();
      assert.equal(await server.sql("leads", NODES), nodes);
    });

    it("is not called refreshed when its indices cannot be made anew, so that the next update tries again", async () => {
      await server.sql(
        "leads",
        "INSERT INTO t VALUES ('a'); CREATE UNIQUE INDEX u ON t (name); UPDATE pg_index SET indisunique = false WHERE indexrelid = 'u'::regclass;",
      );
      await server.sql("leads", "INSERT INTO t VALUES ('a')");
      await server.sql("leads", "UPDATE pg_index SET indisunique = true WHERE indexrelid = 'u'::regclass");
      await server.sql("postgres", "UPDATE pg_database SET datcollversion = '2.30' WHERE datname = 'leads'");
      await assert.rejects(server.makeReady(), /could not create unique index/);
      assert.equal(await versions(), "1");
      await server.sql("leads", "DROP INDEX u");
      await server.makeReady();
      assert.equal(await versions(), "0");
    });
  });

  it("MariaDB of another minor version gets its system tables upgraded", async () => {
    const server = await Server.start({ engine: "mariadb", version: "11", env: { MARIADB_ROOT_PASSWORD: "root" } });
    const noted = await server.run("cat /var/lib/mysql/mariadb_upgrade_info");
    await server.run("printf 11.4.2-MariaDB > /var/lib/mysql/mariadb_upgrade_info");
    await server.makeReady();
    assert.equal(await server.run("cat /var/lib/mysql/mariadb_upgrade_info"), noted);
  });
});
