import { expect } from "chai";
import Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { PROJECT, TestCloud } from "./cloud";

const AT = `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`;

describe("a dump from elsewhere, put into rehearsed Cloud SQL", function () {
  // The image may have to be made first.
  this.timeout(300_000);
  const cloud = new TestCloud(32780);
  const docker = new Docker();
  const server = `rehearsal-test-${cloud.port}-sql-main`;
  const env = ["PGPASSWORD=word"];

  const psql = async (sql: string, database = "leads"): Promise<string> => {
    const command = ["psql", "-XqtA", "-U", "leads", "-d", database, "-c", sql];
    return (await execCaptured({ docker, container: server, command, env })).output.trim();
  };
  const put = async (path: string, body: Buffer | string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`http://127.0.0.1:${cloud.port}/_rehearsal/databases/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/octet-stream" },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };

  before(async () => {
    await cloud.open();
    cloud.enable("sqladmin");
    const settings = { tier: "db-g1-small", edition: "ENTERPRISE" };
    const instance = { name: "main", region: "europe-west1", databaseVersion: "POSTGRES_15", settings };
    await cloud.sql(`POST ${AT}`, { ...instance, rootPassword: "root word" });
    await cloud.sql(`POST ${AT}/main/users`, { name: "leads", password: "word" });
    await cloud.sql(`POST ${AT}/main/databases`, { name: "leads" });
    // As a server of dev's has it, without what Cloud SQL adds.
    expect(await psql("CREATE DATABASE elsewhere TEMPLATE template0", "postgres")).to.equal("");
  });
  after(() => cloud.remove());

  it("takes the place of what is there, and belongs to the service's user", async () => {
    const made =
      "CREATE EXTENSION pg_trgm; CREATE TABLE lead (id int, nombre text); INSERT INTO lead VALUES (7, 'Ana')";
    expect(await psql(made, "elsewhere")).to.equal("");
    expect(await psql("CREATE TABLE old (id int)")).to.equal("");
    const command = ["sh", "-c", "pg_dump -U leads -Fc elsewhere | base64"];
    const { stdout } = await execCaptured({ docker, container: server, command, env });
    const { status, text } = await put("main/leads?owner=leads", Buffer.from(stdout, "base64"));
    expect(status, text).to.equal(204);
    expect(await psql("SELECT nombre FROM lead")).to.equal("Ana");
    expect(await psql("ALTER TABLE lead ADD COLUMN telefono text")).to.equal("");
    expect(await psql("SELECT * FROM old")).to.match(/does not exist/);
    expect(await psql("SELECT similarity('a', 'a')")).to.equal("1");
  });

  it("is refused where it is none, where there is no such database, and from strangers", async () => {
    expect((await put("main/nothing?owner=leads", "x")).status).to.equal(404);
    const { status, text } = await put("main/leads?owner=leads", "no dump");
    expect(status).to.equal(400);
    expect(text).to.match(/does not appear to be a valid archive/);
    const answer = await fetch(`http://127.0.0.1:${cloud.port}/_rehearsal/databases/main/leads?owner=leads`, {
      method: "POST",
    });
    expect(answer.status).to.equal(401);
  });
});
