import { expect } from "chai";
import { removeAll } from "../../../offline/container";
import { formerPostgisImage } from "../../../ops/data/postgis-image";
import { Server } from "../../../ops/data/server";

const VOLUME = `fleet-test-postgis-${process.pid}`;
const POSTGIS = {
  ...{ engine: "postgis" as const, version: "15", volumes: { [VOLUME]: "/var/lib/postgresql/data" } },
  env: {
    POSTGRES_PASSWORD: "superuser",
    POSTGRES_INITDB_ARGS: "--encoding=UTF8 --lc-collate=en_US.UTF-8 --lc-ctype=en_US.UTF-8",
  },
  databases: [{ name: "market", user: "market", extensions: ["postgis"] }],
};

describe("M2: data that was made under another PostGIS image", function () {
  this.timeout(600_000);
  let server: Server;
  let made: { rows: string; index: string };

  const market = (statement: string): Promise<string> => server.sql("market", statement);
  const versionIn = (database: string): Promise<string> =>
    server.sql(database, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'");
  const nameVersion = (version: string): Promise<unknown> =>
    Promise.all(
      ["market", "template_postgis"].map((database) =>
        server.sql(database, `UPDATE pg_extension SET extversion = '${version}' WHERE extname = 'postgis'`),
      ),
    );

  before(async () => {
    server = await Server.start({ ...POSTGIS, image: await formerPostgisImage(POSTGIS) });
    await market(STORES);
    made = { rows: await market(ROWS), index: await market(INDEX) };
    expect(await server.container.stop()).to.equal(0);
    server = await Server.start(POSTGIS);
  });
  after(async () => {
    await removeAll();
    await Server.docker.getVolume(VOLUME).remove();
  });

  it("keeps its rows, and finds them by place and by name", async () => {
    expect(await market(ROWS)).to.equal(made.rows);
    expect(await market(`SET enable_seqscan = off; ${NEAR}`)).to.equal("Árbol");
    expect(await market(`SET enable_seqscan = off; EXPLAIN ${NEAR}`)).to.include("by_place");
    expect(await market("SET enable_seqscan = off; SELECT count(*) FROM store WHERE name = 'árbol'")).to.equal("1");
  });

  it("gets its text indices anew under today's C library, and a unique one stays so", async () => {
    expect(await market(INDEX)).to.not.equal(made.index);
    const stale =
      "SELECT count(*) FROM pg_database WHERE datallowconn AND datcollversion <> pg_database_collation_actual_version(oid)";
    expect(await market(stale)).to.equal("0");
    await market("INSERT INTO store (name, place) VALUES ('árbol', ST_Point(0, 0))").then(
      () => expect.fail("a second row of the same name was taken"),
      ({ message }: Error) => expect(message).to.include("by_name"),
    );
  });

  it("gets an older PostGIS brought to the image's version, in the template of Django's tests too", async () => {
    const version = await versionIn("market");
    await nameVersion("3.3.0");
    await server.makeReady();
    expect([await versionIn("market"), await versionIn("template_postgis")]).to.deep.equal([version, version]);
    expect(await market(ROWS)).to.equal(made.rows);
  });

  // PostGIS's own image has 3.3.4, Debian 3.3.2: from the one to the other no script leads, and both have the same functions in C.
  it("keeps one that is newer than the image's, and works with it", async () => {
    await nameVersion("3.3.99");
    await server.makeReady();
    expect(await versionIn("market")).to.equal("3.3.99");
    expect(await market(`SET enable_seqscan = off; ${NEAR}`)).to.equal("Árbol");
    await server.sql("postgres", "CREATE DATABASE test_market OWNER market TEMPLATE template_postgis");
  });
});

const STORES = `
SET ROLE market;
CREATE TABLE store (id serial PRIMARY KEY, name text NOT NULL, place geography(point, 4326) NOT NULL, area geometry);
CREATE UNIQUE INDEX by_name ON store (name);
CREATE INDEX by_place ON store USING gist (place);
INSERT INTO store (name, place, area)
  SELECT name, ST_Point(-77 - n, -12), ST_Buffer(ST_Point(-77 - n, -12, 4326), 0.01)
  FROM unnest('{Árbol,árbol,arbol,a-rbol,A rbol,zeta,Ñu,nu,ß,ss,1-0,10}'::text[]) WITH ORDINALITY AS names (name, n);`;

const ROWS = "SELECT id, name, ST_AsEWKT(place), ST_AsEWKB(area) FROM store ORDER BY id";
const INDEX = "SELECT pg_relation_filenode('by_name')";
const NEAR = "SELECT name FROM store WHERE ST_DWithin(place, 'POINT(-78 -12.001)'::geography, 1000)";
