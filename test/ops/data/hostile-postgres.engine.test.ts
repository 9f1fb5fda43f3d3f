import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { removeAll } from "../../offline/container";
import { dumpsFolder, Server } from "./server";

/** Tries to run a program as whoever calls it, and goes on when that is refused. */
const ATTACK = `
CREATE FUNCTION public.attack(tag text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'touch /tmp/driven-' || tag);
  RETURN true;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported THEN RETURN true;
END $$;`;

/** Places in which a server runs functions of a dump while it loads it, or of a database while it looks after it. */
const HOSTILE = `
${ATTACK}
CREATE DOMAIN public.word AS text CHECK (public.attack('domain'));
CREATE TABLE public.victim (
  id int PRIMARY KEY CHECK (public.attack('check')),
  name public.word,
  twice boolean GENERATED ALWAYS AS (public.attack('generated')) STORED
);
INSERT INTO public.victim VALUES (1, 'a'), (2, 'b');
CREATE INDEX victim_attack ON public.victim (public.attack('index'));
CREATE MATERIALIZED VIEW public.seen AS SELECT public.attack('view') AS done;
CREATE SCHEMA evil;
CREATE FUNCTION evil.count(bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT CASE WHEN public.attack('path') THEN 0 END $$;
CREATE FUNCTION public.definer() RETURNS boolean SECURITY DEFINER LANGUAGE sql AS $$ SELECT public.attack('definer') $$;
CREATE VIEW public.django_migrations AS SELECT 'a' AS app, 'b' AS name, 1 AS id, CASE WHEN public.attack('status') THEN 1 END AS applied;`;

/** As many letters as the longest statement below. */
const PLACE = "x".repeat(120);

describe("a restore of a hostile dump of Postgres", function () {
  this.timeout(300_000);
  const dumps = dumpsFolder();
  const hostile = path.join(dumps, "hostile.dump");
  const small = path.join(dumps, "small.dump");
  let server: Server;

  before(async () => {
    server = await Server.start({
      ...{ engine: "postgres", version: "15", env: { POSTGRES_PASSWORD: "superuser" } },
      databases: [
        { name: "market", user: "market" },
        { name: "plain", user: "plain" },
      ],
    });
    await server.sql("postgres", "CREATE DATABASE evil;");
    await server.sql("postgres", "CREATE DATABASE small");
    await server.sql("small", `CREATE VIEW public.place AS SELECT '${PLACE}'::text AS x`);
    await server.dump("small", small);
    await server.sql("evil", HOSTILE);
    await server.dump("evil", hostile);
    await server.run("rm -f /tmp/driven-*");
    await server.sql("plain", "SET ROLE plain; CREATE TABLE kept (id int); INSERT INTO kept VALUES (7);");
    await server.step("plain", "prepare");
  });
  after(removeAll);

  it("runs nothing as the superuser, and leaves nothing to it", async () => {
    await server.restore("market", hostile);
    assert.equal(await server.sql("market", "SELECT count(*) FROM victim"), "2");
    assert.equal(await server.traces(), "");
    const OWNERS = `SELECT DISTINCT pg_get_userbyid(owner) FROM (
      SELECT relowner, oid FROM pg_class WHERE relkind <> 'i' UNION SELECT proowner, oid FROM pg_proc UNION SELECT typowner, oid FROM pg_type
    ) AS o (owner, id) WHERE id >= 16384 AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = id AND deptype IN ('e', 'i'))`;
    assert.equal(await server.sql("market", OWNERS), "market");
  });

  it("is followed by no command of ours that runs its functions as the superuser", async () => {
    await server.sql("postgres", "ALTER DATABASE market SET search_path = evil, public, pg_catalog");
    await server.sql("postgres", "UPDATE pg_database SET datcollversion = '0' WHERE datname = 'market'");
    await server.makeReady();
    await server.dump("market", path.join(dumps, "again.dump"));
    await server.restore("market", path.join(dumps, "again.dump"));
    assert.equal(await server.traces(), "");
  });

  const statements: [string, RegExp][] = [
    ["DROP DATABASE plain WITH (FORCE);", /must be owner of database plain/],
    ["ALTER DATABASE plain RENAME TO gone;", /must be owner of database plain/],
    ["ALTER ROLE plain PASSWORD 'known';", /ERROR: {2}permission denied\n/],
    ["CREATE ROLE another SUPERUSER LOGIN;", /must be superuser/],
    ["ALTER SYSTEM SET archive_command = 'touch /tmp/driven';", /permission denied to set parameter/],
    ["CREATE TABLE public.t (x text); COPY public.t FROM PROGRAM 'touch /tmp/driven; echo';", /must be superuser/],
    ["SELECT lo_import('/etc/passwd');", /permission denied for function lo_import/],
    ["CREATE EXTENSION file_fdw SCHEMA public;", /permission denied to create extension/],
    ["CREATE FUNCTION public.f() RETURNS int LANGUAGE c AS '/tmp/driven.so', 'f';", /permission denied for language c/],
    [
      "SET SESSION AUTHORIZATION postgres; COPY (SELECT 1) TO PROGRAM 'touch /tmp/driven';",
      /permission denied to set session authorization/,
    ],
    ["RESET ROLE; COPY (SELECT 1) TO PROGRAM 'touch /tmp/driven';", /must be superuser/],
  ];
  for (const [statement, message] of statements)
    it(`refuses ${statement}, and what was there stays`, async () => {
      const file = path.join(dumps, "edited.dump");
      const view = `CREATE VIEW public.place AS\n SELECT '${PLACE}'::text AS x;`;
      const bytes = readFileSync(small).toString("latin1");
      assert.ok(bytes.includes(view), "the dump has the place for a statement");
      writeFileSync(file, bytes.replace(view, statement.padEnd(view.length)), "latin1");
      await assert.rejects(server.step("plain", "load", file), message);
      assert.equal(await server.sql("plain", "SELECT id FROM kept"), "7");
      assert.equal(await server.traces(), "");
    });
});

describe("a restore of a good dump of PostGIS", function () {
  this.timeout(300_000);
  const dumps = dumpsFolder();
  after(removeAll);

  it("gives back rows, owners, rights and settings, and the user can go on to change its tables", async () => {
    const server = await Server.start({
      ...{ engine: "postgis", version: "15", env: { POSTGRES_PASSWORD: "superuser" } },
      databases: [{ name: "market", user: "market", extensions: ["postgis"] }],
    });
    await server.sql("postgres", "CREATE ROLE reader");
    await server.sql("market", GOOD);
    const before = await described(server);
    assert.match(before, /GRANT SELECT ON TABLE public.store TO reader/);
    const dump = path.join(dumps, "good.dump");
    await server.dump("market", dump);
    await server.sql("market", "SET ROLE market; DELETE FROM store; DROP VIEW other.names;");
    assert.notEqual(await described(server), before);
    await server.restore("market", dump);
    assert.equal(await described(server), before);
    await server.run(`psql -qX -h 127.0.0.1 -U market -d market -c 'ALTER TABLE store ADD COLUMN more int'`);
    assert.equal(await server.sql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname LIKE '%loader'"), "0");
  });
});

/** What services and people make: PostGIS with topologies and a reference system, trusted extensions, grants, settings. */
const GOOD = `
CREATE EXTENSION postgis_topology;
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) VALUES (990001, 'me', 1, 'x', 'y');
INSERT INTO topology.topology (name, srid, precision) VALUES ('city', 4326, 0);
GRANT CONNECT ON DATABASE market TO reader;
ALTER DATABASE market SET statement_timeout = '1h';
SET ROLE market;
CREATE EXTENSION pg_trgm;
CREATE TABLE store (id serial PRIMARY KEY, name text, place geography(point, 4326));
COMMENT ON TABLE store IS 'stores';
INSERT INTO store (name, place) VALUES ('a', ST_Point(1, 2)), ('b', ST_Point(3, 4));
CREATE INDEX ON store USING gin (name gin_trgm_ops);
CREATE SCHEMA other;
CREATE VIEW other.names AS SELECT name FROM public.store;
GRANT SELECT ON store TO reader;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
SELECT lo_create(77);`;

/** All of a database as text; the key of \\restrict is another one each time. */
const described = async (server: Server): Promise<string> => {
  const text = await server.run("pg_dump -h 127.0.0.1 -U postgres --create market");
  return text.replace(/^\\(un)?restrict .*$/gm, "");
};
