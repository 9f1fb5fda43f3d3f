import { expect } from "chai";
import Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { buildBaseImages, standInImagePrefix } from "../../offline/index";
import { mysqlImage } from "../../rehearsal/realise/mysql";
import { socketMounts } from "../../rehearsal/realise/sql-server";
import { PROJECT, TestCloud } from "./cloud";

const INSTANCES = `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`;
const CONNECTION = `${PROJECT}:europe-west1:main`;

describe("rehearsed Cloud SQL for MySQL", function () {
  // An image may have to be made first.
  this.timeout(300_000);
  const cloud = new TestCloud(32480);
  const docker = new Docker();
  const client = `rehearsal-test-${cloud.port}-client`;

  /** What the program asks for (infra/targets/gcp/datastores.ts), under this version. */
  const settings = (changes: object = {}): object => ({
    tier: "db-g1-small",
    edition: "ENTERPRISE",
    backupConfiguration: { enabled: true, binaryLogEnabled: true },
    databaseFlags: [
      { name: "max_connections", value: "100" },
      { name: "character_set_server", value: "utf8mb4" },
      { name: "collation_server", value: "utf8mb4_unicode_ci" },
      { name: "local_infile", value: "off" },
      { name: "slow_query_log", value: "on" },
    ],
    ...changes,
  });
  const instance = { name: "main", region: "europe-west1", databaseVersion: "MYSQL_8_4", settings: settings() };
  const done = (what: string, body?: object): Promise<any> => cloud.sql(what, body);
  /** Runs a statement as a user, in another container, at the path at which Cloud Run has the socket. */
  const mysql = async (user: string, password: string, sql: string, database = "") => {
    const command = ["mysql", "-NB", `--socket=/cloudsql/${CONNECTION}`, `--user=${user}`, "-e", sql, database];
    const asked = { docker, container: client, command: command.filter(Boolean), env: [`MYSQL_PWD=${password}`] };
    return (await execCaptured(asked)).output.trim();
  };

  before(async () => {
    await cloud.open();
    cloud.enable("sqladmin");
    const { imagePrefix: prefix, labels } = cloud.rehearsal.cloud.realise;
    const image = mysqlImage("8.4");
    if (prefix === standInImagePrefix) await buildBaseImages({ prefix, images: [image], report: () => undefined });
    await done(`POST ${INSTANCES}`, { ...instance, rootPassword: "root word" });
    const mounts = socketMounts(cloud.rehearsal.cloud.realise, { folder: "/cloudsql", instance: "main" });
    const container = await docker.createContainer({
      ...{ name: client, Image: prefix + image, Labels: labels, Entrypoint: ["sleep", "600"], User: "1000" },
      HostConfig: {
        NetworkMode: "none",
        Init: true,
        Mounts: Object.entries(mounts).map(([Target, Source]) => ({ Type: "volume", Source, Target, ReadOnly: true })),
      },
    });
    await container.start();
  });
  after(() => cloud.remove());

  it("takes connections at its socket alone, with the encoding and the binary log that it was asked for", async () => {
    const found = await cloud.must(`GET ${INSTANCES}/main`);
    expect(found).to.include({ state: "RUNNABLE", databaseVersion: "MYSQL_8_4", connectionName: CONNECTION });
    expect(await mysql("root", "root word", "SELECT CURRENT_ROLE()")).to.equal("`cloudsqlsuperuser`@`%`");
    const variables = "SELECT @@character_set_server, @@collation_server, @@max_connections, @@local_infile, @@log_bin";
    expect(await mysql("root", "root word", variables)).to.equal("utf8mb4\tutf8mb4_unicode_ci\t100\t0\t1");
    expect(await mysql("root", "wrong", "SELECT 1")).to.match(/Access denied for user 'root'@'localhost'/);
    const { HostConfig } = await docker.getContainer(`rehearsal-test-${cloud.port}-sql-main`).inspect();
    expect(HostConfig.NetworkMode).to.equal("none");
  });

  it("makes users of any host with cloudsqlsuperuser, who are no superusers, and databases with their encoding", async () => {
    await done(`POST ${INSTANCES}/main/users`, { name: "django_user", password: "it's: a\\word" });
    const encoding = { charset: "utf8mb4", collation: "utf8mb4_unicode_ci" };
    await done(`POST ${INSTANCES}/main/databases`, { name: "archive", ...encoding });
    expect(await cloud.must(`GET ${INSTANCES}/main/databases/archive`)).to.include(encoding);
    const create = "CREATE TABLE calls (id int, name text); INSERT INTO calls VALUES (1, '☎'); SELECT name FROM calls";
    expect(await mysql("django_user", "it's: a\\word", create, "archive")).to.equal("☎");
    for (const [sql, refusal] of [
      ["SET GLOBAL general_log = 1", /Access denied; you need .*SYSTEM_VARIABLES_ADMIN/],
      ["SELECT LOAD_FILE('/etc/passwd') IS NULL", /^1$/],
      ["SHUTDOWN", /Access denied; you need .*SHUTDOWN/],
      ["CREATE USER other IDENTIFIED BY 'other'; DROP USER other", /^$/],
    ] as const)
      expect(await mysql("django_user", "it's: a\\word", sql), sql).to.match(refusal);
    const { items } = await cloud.must(`GET ${INSTANCES}/main/users`);
    expect(items.map(({ name, host }: any) => `${name}@${host}`)).to.have.members(["root@%", "django_user@%"]);
  });

  it("backs up all its databases", async () => {
    const { backupContext } = await done(`POST ${INSTANCES}/main/backupRuns`, {});
    const { backupId } = backupContext;
    expect((await cloud.must(`GET ${INSTANCES}/main/backupRuns/${backupId}`)).status).to.equal("SUCCESSFUL");
    const command = ["grep", "-c", "^INSERT INTO `calls` VALUES (1,", `/var/cloudsql-backups/${backupId}.sql`];
    const asked = { docker, container: `rehearsal-test-${cloud.port}-sql-main`, command };
    expect((await execCaptured(asked)).output.trim()).to.equal("1");
  });

  it("changes a password and an encoding, and takes root away as the plugin does", async () => {
    await done(`PUT ${INSTANCES}/main/users?name=django_user&host=%25`, { password: "new" });
    expect(await mysql("django_user", "new", "SELECT CURRENT_ROLE()")).to.equal("`cloudsqlsuperuser`@`%`");
    await done(`PATCH ${INSTANCES}/main/databases/archive`, { collation: "utf8mb4_bin" });
    expect(await mysql("django_user", "new", "SELECT @@collation_database", "archive")).to.equal("utf8mb4_bin");
    expect(await cloud.must(`GET ${INSTANCES}/main/users/root?host=%25`)).to.include({ name: "root", host: "%" });
    await done(`DELETE ${INSTANCES}/main/users?name=root&host=%25`);
    expect(await mysql("root", "root word", "SELECT 1")).to.match(/Access denied/);
  });

  it("tells the rows and migrations that no API of Google's does", async () => {
    const migrations = "CREATE TABLE django_migrations (id int, app text, name text, applied datetime(6))";
    const applied = "INSERT INTO django_migrations VALUES (1, 'a', '0001', FROM_UNIXTIME(1.5))";
    for (const sql of [migrations, applied]) expect(await mysql("django_user", "new", sql, "archive")).to.equal("");
    expect(await cloud.must("GET _rehearsal/rows")).to.deep.equal({
      "main/archive": { calls: 1, django_migrations: 1 },
    });
    expect(await cloud.must("GET _rehearsal/migrations")).to.deep.equal({
      "main/archive": [{ app: "a", name: "0001", at: 1500 }],
    });
    expect(await cloud.must("GET _rehearsal/locks")).to.deep.equal({});
  });

  it("keeps data and clients through a change of flags, and says which flag keeps it from its start", async () => {
    await done(`PATCH ${INSTANCES}/main`, {
      settings: settings({ backupConfiguration: { enabled: true, binaryLogEnabled: false } }),
    });
    expect(await mysql("django_user", "new", "SELECT @@log_bin, COUNT(*) FROM archive.calls")).to.equal("0\t1");
    expect((await cloud.ask(`GET ${INSTANCES}/main/users/root?host=%25`)).status).to.equal(404);
    const wrong = settings({ databaseFlags: [{ name: "sql_mode", value: "SLOPPY" }] });
    const failure = await done(`PATCH ${INSTANCES}/main`, { settings: wrong }).catch((error: Error) => error.message);
    expect(failure).to.match(/the server does not start: .*\[ERROR\].*sql_mode/);
  });

  it("refuses what Cloud SQL refuses", async () => {
    const other = { ...instance, name: "two" };
    const tries: [string, object, number, RegExp][] = [
      [`POST ${INSTANCES}`, { ...other, settings: settings({ tier: "db-n1-standard" }) }, 400, /Invalid Tier/],
      [`POST ${INSTANCES}`, { ...other, databaseVersion: "MYSQL_5_7" }, 501, /MYSQL_5_7 is not rehearsed yet/],
      [`PATCH ${INSTANCES}/main`, { databaseVersion: "MYSQL_8_0" }, 400, /MYSQL_8_4 cannot become one of MYSQL_8_0/],
      [`PATCH ${INSTANCES}/main`, { databaseVersion: "POSTGRES_15" }, 400, /cannot become/],
      [`POST ${INSTANCES}/main/users`, { name: "mysql.sys", password: "p" }, 400, /reserved/],
    ];
    for (const backups of [{ binaryLogEnabled: true }, { enabled: true, pointInTimeRecoveryEnabled: true }])
      tries.push([
        `POST ${INSTANCES}`,
        { ...other, settings: settings({ backupConfiguration: backups }) },
        400,
        /Enabled/,
      ]);
    for (const [what, body, status, message] of tries) {
      const answer = await cloud.ask(what, body);
      expect([answer.status, answer.body.error.message], what).to.satisfy(
        ([is, said]: [number, string]) => is === status && message.test(said),
      );
    }
  });
});
