import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { removeAll } from "../../offline/container";
import { dumpsFolder, Server } from "./server";

describe("a restore of a hostile dump of MariaDB", function () {
  this.timeout(300_000);
  const dumps = dumpsFolder();
  let server: Server;

  const dumpOf = (sql: string): string => {
    const file = path.join(dumps, "hostile.sql.gz");
    writeFileSync(file, gzipSync(`${sql}\n`));
    return file;
  };

  before(async () => {
    server = await Server.start({
      ...{ engine: "mariadb", version: "11", env: { MARIADB_ROOT_PASSWORD: "root" } },
      databases: [{ name: "shop_maria", user: "django_user" }],
    });
    await server.sql("mysql", "CREATE DATABASE shop_maria; CREATE DATABASE other; CREATE TABLE other.kept (id INT);");
    await server.sql("shop_maria", "CREATE TABLE kept (id INT PRIMARY KEY); INSERT INTO kept VALUES (7);");
    await server.step("shop_maria", "prepare");
  });
  after(removeAll);

  const statements: [string, RegExp][] = [
    ["\\! touch /tmp/driven", /sandbox/],
    ["system touch /tmp/driven", /sandbox/],
    ["source /etc/passwd", /sandbox/],
    ["tee /tmp/driven", /sandbox/],
    ["CREATE TABLE t (x TEXT); LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;", /not allowed|disabled/],
    ["CREATE TABLE t2 (x TEXT); LOAD DATA INFILE '/etc/passwd' INTO TABLE t2;", /Access denied/],
    ["SELECT 1 INTO OUTFILE '/tmp/driven';", /Access denied/],
    ["CREATE FUNCTION f RETURNS STRING SONAME 'driven.so';", /Access denied|denied/],
    [
      "CREATE TABLE t3 (x INT); CREATE DEFINER=`root`@`localhost` TRIGGER a BEFORE INSERT ON t3 FOR EACH ROW SET @a = 1;",
      /denied/,
    ],
    ["CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO SET @a = 1;", /denied/],
    ["CREATE DEFINER=`root`@`localhost` PROCEDURE p() SELECT 1;", /denied/],
    ["CREATE DEFINER=`root`@`localhost` VIEW v AS SELECT 1;", /denied/],
    ["USE shop_maria; DROP TABLE kept;", /denied/],
    ["USE mysql", /denied/],
    ["DROP DATABASE other;", /denied/],
    ["RENAME TABLE other.kept TO kept;", /denied/],
    ["GRANT ALL ON *.* TO django_user;", /denied/],
    ["SET GLOBAL general_log = 1;", /denied/],
  ];
  for (const [statement, message] of statements)
    it(`refuses ${statement}`, async () => {
      await assert.rejects(server.step("shop_maria", "load", dumpOf(statement)), message);
    });

  it("leaves what was there, no file and no user", async () => {
    assert.equal(await server.sql("shop_maria", "SELECT id FROM kept"), "7");
    assert.equal(await server.traces(), "");
    assert.equal(await server.sql("mysql", "SELECT COUNT(*) FROM user WHERE user LIKE '%loader'"), "0");
  });

  it("swaps a table in whose name is a statement", async () => {
    const name = "`x`` TO ``a``, ``other``.``kept`` TO ``b`";
    await server.restore("shop_maria", dumpOf(`CREATE TABLE ${name} (id INT); INSERT INTO ${name} VALUES (3);`));
    assert.equal(await server.sql("shop_maria", `SELECT id FROM ${name}`), "3");
    assert.equal(await server.sql("other", "SHOW TABLES"), "kept");
  });

  it("gives back a good dump's rows", async () => {
    await server.sql(
      "shop_maria",
      "CREATE TABLE a (id INT PRIMARY KEY, word TEXT); INSERT INTO a VALUES (1, 'año'), (2, 'b'); CREATE TABLE b (id INT, a_id INT, CHECK (id > 0), FOREIGN KEY (a_id) REFERENCES a (id)); INSERT INTO b VALUES (1, 2); CREATE SEQUENCE s; DO NEXTVAL(s);",
    );
    const all =
      "CHECKSUM TABLE a, b; SELECT * FROM b JOIN a ON a_id = a.id; SELECT NEXTVAL(s) > 1; SHOW CREATE TABLE b";
    const before = await server.sql("shop_maria", all);
    const file = path.join(dumps, "good.sql.gz");
    await server.dump("shop_maria", file);
    await server.sql("shop_maria", "DROP TABLE b; DELETE FROM a");
    await server.restore("shop_maria", file);
    assert.equal(await server.sql("shop_maria", all), before);
  });
});
