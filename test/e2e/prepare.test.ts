import { expect } from "chai";
import Docker from "dockerode";
import { Writable } from "node:stream";
import type { DatabaseToPrepare } from "../../infra/targets/gcp/ready";
import { Project } from "./project";

/** What separates the databases of a Cloud SQL server, against a Postgres with roles as Cloud SQL makes them. */
describe("the preparation of a managed server's databases", function () {
  const project = new Project("prepare", { portOffset: "22500", systems: "[booking]" });
  const docker = new Docker();
  const server = "booking_prepare_postgres";

  before(async () => {
    await project.init();
    await project.mustUp();
    await sql("postgres", [
      "CREATE ROLE cloudsqlsuperuser NOLOGIN CREATEROLE CREATEDB",
      "GRANT pg_read_all_data TO cloudsqlsuperuser",
      ...["fleet_admin", "orders", "people"].map(madeByApi),
      "CREATE DATABASE orders OWNER cloudsqlsuperuser",
      "CREATE DATABASE people OWNER cloudsqlsuperuser",
    ]);
  });
  after(() => project.remove());

  /** As Google's API makes a user. */
  const madeByApi = (user: string): string =>
    `CREATE ROLE ${user} LOGIN CREATEROLE CREATEDB PASSWORD '${user}' IN ROLE cloudsqlsuperuser`;

  const psql = async (user: string, database: string, statements: readonly string[]) => {
    const address = user === "postgres" ? "127.0.0.1" : "postgres";
    const commands = statements.flatMap((statement) => ["-c", statement]);
    const target = `postgres://${user}:${user}@${address}/${database}`;
    return project.exec(server, "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", target, ...commands);
  };
  const sql = async (user: string, statements: readonly string[], database = "postgres"): Promise<string> => {
    const { code, output } = await psql(user, database, statements);
    expect(code, `${statements.join("; ")}: ${output}`).to.equal(0);
    return output.trim();
  };
  const refused = async (user: string, statement: string, database: string): Promise<void> => {
    const { code, output } = await psql(user, database, [statement]);
    expect(code, `${user} in ${database}: ${statement}`).to.not.equal(0);
    expect(output).to.match(/permission denied|must have admin option/);
  };

  const prepare = async (databases: readonly DatabaseToPrepare[]): Promise<{ code: number; output: string }> => {
    const { Image } = await project.container("booking_prepare_usuarios");
    let output = "";
    const sink = new Writable({
      write: (chunk: Buffer, _, next) => {
        output += chunk.toString();
        next();
      },
    });
    const [{ StatusCode }] = (await docker.run(Image, ["-m", "chassis.prepare_databases"], sink, {
      Entrypoint: ["python"],
      Env: [
        ...["PGHOST=postgres", "PGUSER=fleet_admin", "PGPASSWORD=fleet_admin", "PGDATABASE=postgres"],
        `PREPARE_DATABASES=${JSON.stringify(databases)}`,
      ],
      Tty: true,
      HostConfig: { NetworkMode: "booking_prepare_network", AutoRemove: true },
    })) as [{ StatusCode: number }];
    return { code: StatusCode, output };
  };

  const orders = { database: "orders", owner: "orders_owner", users: ["orders"], extensions: ["btree_gist"] };
  const people = { database: "people", owner: "people_owner", users: ["people"], extensions: [] };

  it("starts from users who may read everything", async () => {
    await sql("postgres", ["CREATE TABLE before_all (x int)", "INSERT INTO before_all VALUES (1)"], "orders");
    expect(await sql("people", ["SELECT x FROM before_all"], "orders")).to.equal("1");
    await sql("postgres", ["DROP TABLE before_all"], "orders");
  });

  it("leaves each user its own database, to work in as its owner", async () => {
    expect(await prepare([orders, people])).to.deep.include({ code: 0 });
    await sql("orders", ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)"], "orders");
    expect(await sql("orders", ["SELECT current_user"], "orders")).to.equal("orders_owner");
    expect(await sql("postgres", ["SELECT extname FROM pg_extension WHERE extname = 'btree_gist'"], "orders")).to.equal(
      "btree_gist",
    );
    await refused("people", "SELECT * FROM t", "orders");
    await refused("orders", "SELECT 1", "people");
    await refused("orders", "CREATE ROLE another", "orders");
    await refused("orders", "CREATE DATABASE another", "orders");
    await refused("orders", "GRANT people_owner TO orders", "orders");
  });

  it("lets a second user take over what the first one made, and the first one go on", async () => {
    await sql("postgres", [madeByApi("orders_b")]);
    expect(await prepare([{ ...orders, users: ["orders", "orders_b"] }, people])).to.deep.include({ code: 0 });
    await sql("orders_b", ["ALTER TABLE t ADD y int", "CREATE TABLE u (x int)"], "orders");
    await sql("orders", ["INSERT INTO u VALUES (2)", "DROP TABLE t"], "orders");
    await refused("orders_b", "SELECT 1", "people");
  });

  it("changes nothing the second time, and says when databases are not apart", async () => {
    const users = ["orders", "orders_b"];
    expect(await prepare([{ ...orders, users }, people])).to.deep.include({ code: 0 });
    await sql("postgres", ["GRANT CONNECT ON DATABASE people TO orders"]);
    const { code, output } = await prepare([{ ...orders, users }, people]);
    expect(code).to.equal(1);
    expect(output).to.include("orders may connect to people");
  });
});
