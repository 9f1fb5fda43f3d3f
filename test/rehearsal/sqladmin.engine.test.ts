import { expect } from "chai";
import Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { eventually } from "../e2e/project";
import { PROJECT, TestCloud } from "./cloud";

const INSTANCES = `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`;
const CONNECTION = `${PROJECT}:europe-west1:main`;

describe("rehearsed Cloud SQL", function () {
  // An image may have to be made first.
  this.timeout(300_000);
  const cloud = new TestCloud(32420);
  const docker = new Docker();
  const server = `rehearsal-test-${cloud.port}-sql-main`;

  const instance = (changes: object = {}): object => ({
    name: "main",
    region: "europe-west1",
    databaseVersion: "POSTGRES_15",
    settings: { tier: "db-g1-small", edition: "ENTERPRISE", ...changes },
  });
  const done = (what: string, body?: object): Promise<any> => cloud.sql(what, body);
  /** Runs a statement as a user, through the socket and with a password, as a service would. */
  const psql = (user: string, password: string, sql: string, database = "postgres") =>
    execCaptured({
      docker,
      container: server,
      command: ["psql", "-XqtA", "-U", user, "-d", database, "-c", sql],
      env: [`PGPASSWORD=${password}`],
    });

  before(async () => {
    await cloud.open();
    cloud.enable("sqladmin");
  });
  after(async () => {
    await cloud.remove();
    const reference = [`rehearsal-test-${cloud.port}-*`];
    expect(await docker.listImages({ filters: { reference } })).to.deep.equal([]);
  });

  it("makes an instance that takes connections as its tier does", async () => {
    await done(`POST ${INSTANCES}`, { ...instance(), rootPassword: "root word" });
    const made = await cloud.must(`GET ${INSTANCES}/main`);
    expect(made).to.include({ kind: "sql#instance", state: "RUNNABLE", connectionName: CONNECTION });
    expect(made.settings).to.include({ settingsVersion: "1", tier: "db-g1-small", activationPolicy: "ALWAYS" });
    expect((await cloud.must(`GET ${INSTANCES}/main/databases`)).items.map(({ name }: any) => name)).to.deep.equal([
      "postgres",
    ]);
    expect((await psql("postgres", "root word", "SHOW max_connections")).output.trim()).to.equal("50");
    expect((await psql("postgres", "wrong", "SELECT 1")).output).to.match(/password authentication failed/);
  });

  it("has no network: its socket is the only way in", async () => {
    const { HostConfig, NetworkSettings } = await docker.getContainer(server).inspect();
    expect(HostConfig.NetworkMode).to.equal("none");
    expect(Object.keys(NetworkSettings.Ports)).to.have.length(0);
  });

  it("makes users who may make roles and databases but are no superusers, unless they get roles of their own", async () => {
    await done(`POST ${INSTANCES}/main/users`, { name: "reservas", password: "it's: a\\word" });
    await done(`POST ${INSTANCES}/main/users`, { name: "reader", password: "r", databaseRoles: ["pg_read_all_data"] });
    await done(`POST ${INSTANCES}/main/databases`, { name: "reservas" });
    const attributes = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user";
    expect((await psql("reservas", "it's: a\\word", attributes)).output.trim()).to.equal("f|t|t");
    expect((await psql("reader", "r", attributes)).output.trim()).to.equal("f|f|f");
    const create = "CREATE TABLE mine (id int)";
    expect((await psql("reservas", "it's: a\\word", create, "reservas")).code).to.equal(0);
    expect((await psql("reader", "r", create, "reservas")).output).to.match(/permission denied/);
    const { items } = await cloud.must(`GET ${INSTANCES}/main/users`);
    expect(items.map(({ name }: any) => name)).to.have.members(["postgres", "reservas", "reader"]);
  });

  it("lets members of cloudsqlsuperuser make Google's extensions, and nobody else but those that Postgres trusts", async () => {
    const owner = "CREATE ROLE app LOGIN PASSWORD 'app'; GRANT app TO CURRENT_USER; CREATE DATABASE apps OWNER app";
    for (const sql of owner.split("; ")) expect((await psql("reservas", "it's: a\\word", sql)).output).to.equal("");
    const asked = async (user: string, password: string, extension: string, database: string) =>
      (await psql(user, password, `CREATE EXTENSION IF NOT EXISTS "${extension}"`, database)).output.trim();
    // A database's owner makes what Postgres itself trusts.
    expect(await asked("app", "app", "citext", "apps")).to.equal("");
    for (const extension of ["postgis", "pg_buffercache"])
      expect(await asked("app", "app", extension, "apps")).to.match(
        /^ERROR: {2}permission denied to create extension\nHINT: {2}Must be a member of cloudsqlsuperuser/,
      );
    for (const database of ["reservas", "apps"])
      expect(await asked("reservas", "it's: a\\word", "postgis", database)).to.equal("");
    expect((await psql("app", "app", "SELECT ST_AsText(ST_Point(1, 2))", "apps")).output.trim()).to.equal("POINT(1 2)");
    expect(await asked("app", "app", "postgis", "apps")).to.match(/^NOTICE: {2}extension "postgis" already exists/);
    // One that whoever owns a database may make elsewhere, and one that takes a superuser.
    for (const extension of ["seg", "file_fdw"])
      expect(await asked("reservas", "it's: a\\word", extension, "apps")).to.match(
        /permission denied to create extension/,
      );
    expect((await psql("reservas", "it's: a\\word", "DROP DATABASE apps")).output).to.equal("");
  });

  it("changes a password, and refuses to drop a user who owns something or a database that is used", async () => {
    await done(`PUT ${INSTANCES}/main/users?name=reservas`, { password: "new" });
    expect((await psql("reservas", "new", "SELECT 1")).code).to.equal(0);
    const dropped = await done(`DELETE ${INSTANCES}/main/users?name=reservas`).catch((error: Error) => error.message);
    expect(dropped).to.match(/cannot be dropped because some objects depend on it/);
  });

  it("applies flags to the data that is there, for whoever knows the settings' version", async () => {
    const { settings } = await cloud.must(`GET ${INSTANCES}/main`);
    const flags = { databaseFlags: [{ name: "max_connections", value: "60" }] };
    const stale = await cloud.ask(`PATCH ${INSTANCES}/main`, { settings: { ...flags, settingsVersion: "7" } });
    expect([stale.status, stale.body.error.errors[0].reason]).to.deep.equal([412, "staleData"]);
    await done(`PATCH ${INSTANCES}/main`, { settings: { ...flags, settingsVersion: settings.settingsVersion } });
    expect((await psql("reservas", "new", "SHOW max_connections")).output.trim()).to.equal("60");
    expect((await psql("reservas", "new", "SELECT count(*) FROM mine", "reservas")).output.trim()).to.equal("0");
    // The list has it, and no machine has the memory.
    const wrong = { databaseFlags: [{ name: "shared_buffers", value: "1073741823" }] };
    const failure = await done(`PATCH ${INSTANCES}/main`, { settings: wrong }).catch((error: Error) => error.message);
    expect(failure).to.match(/the server does not start: .*shared memory/);
    const { State, HostConfig } = await docker.getContainer(server).inspect();
    expect([State.Running, State.Restarting]).to.deep.equal([false, false]);
    expect(HostConfig.RestartPolicy?.Name).to.not.equal("unless-stopped");
    await done(`PATCH ${INSTANCES}/main`, { settings: flags });
    const mended = await docker.getContainer(server).inspect();
    expect(mended.HostConfig.RestartPolicy?.Name).to.equal("unless-stopped");
  });

  it("tells what no API of Google's does: rows, migrations, and who holds a lock for whom", async () => {
    const migrations = "CREATE TABLE django_migrations (id serial, app text, name text, applied timestamptz)";
    const applied = "INSERT INTO django_migrations (app, name, applied) VALUES ('a', '0001', to_timestamp(1.5))";
    for (const sql of [migrations, applied, "INSERT INTO mine VALUES (1), (2)"])
      expect((await psql("reservas", "new", sql, "reservas")).output).to.equal("");
    const rows = (await cloud.must("GET _rehearsal/rows"))["main/reservas"];
    expect(rows).to.include({ mine: 2, django_migrations: 1 });
    expect((await cloud.must("GET _rehearsal/migrations"))["main/reservas"]).to.deep.equal([
      { app: "a", name: "0001", at: 1500 },
    ]);
    const lock = async (of: "held" | "waits"): Promise<any> => {
      const find = async () =>
        (await cloud.must("GET _rehearsal/locks"))["main/reservas"].find((l: any) => l.kind === of);
      return eventually(find, (found) => found !== undefined);
    };
    const locking = psql("reservas", "new", "LOCK TABLE mine; SELECT pg_sleep(600)", "reservas");
    const held = await lock("held");
    expect(held).to.include({ mode: "AccessExclusiveLock", table: "mine" });
    expect(held.query).to.match(/^LOCK TABLE mine/);
    const waiting = psql("reader", "r", "SELECT count(*) FROM mine", "reservas");
    const waits = await lock("waits");
    expect(waits.query).to.match(/^SELECT count/);
    expect(waits.blockers).to.deep.equal([held.pid]);
    await psql("reservas", "new", `SELECT pg_terminate_backend(${held.pid})`, "reservas");
    expect((await waiting).output.trim()).to.equal("2");
    await locking;
  });

  it("backs up all its databases when it is asked to, keeps the dump, and takes it away", async () => {
    const { operationType, backupContext } = await done(`POST ${INSTANCES}/main/backupRuns`, { description: "before" });
    expect([operationType, backupContext.kind]).to.deep.equal(["BACKUP_VOLUME", "sql#backupContext"]);
    const at = `${INSTANCES}/main/backupRuns/${backupContext.backupId}`;
    expect(await cloud.must(`GET ${at}`)).to.include({
      status: "SUCCESSFUL",
      type: "ON_DEMAND",
      description: "before",
    });
    const { items } = await cloud.must(`GET ${INSTANCES}/main/backupRuns`);
    expect(items.map(({ id }: any) => id)).to.deep.equal([backupContext.backupId]);
    const file = `/var/cloudsql-backups/${backupContext.backupId}.sql`;
    const kept = (): Promise<{ output: string }> =>
      execCaptured({ docker, container: server, command: ["sh", "-c", `cat ${file} || echo gone`] });
    expect((await kept()).output).to.match(/COPY public\.mine [^]*\n1\n2\n/);
    expect((await done(`DELETE ${at}`)).operationType).to.equal("DELETE_VOLUME");
    expect((await kept()).output).to.match(/gone/);
    expect((await cloud.ask(`GET ${at}`)).status).to.equal(404);
  });

  it("tells of no database and no user that could not be made", async () => {
    await docker.getContainer(server).stop();
    for (const [what, body] of [
      ["databases", { name: "never" }],
      ["users", { name: "nobody", password: "w" }],
      ["users", { name: "reservas", password: "w" }],
    ] as const)
      expect(await done(`POST ${INSTANCES}/main/${what}`, body).catch((error: Error) => error.message)).to.match(
        /the server does not run/,
      );
    await docker.getContainer(server).start();
    const named = async (what: string): Promise<string[]> =>
      (await cloud.must(`GET ${INSTANCES}/main/${what}`)).items.map(({ name }: any) => name);
    expect(await named("databases")).to.not.include("never");
    expect(await named("users"))
      .to.include("reservas")
      .and.not.include("nobody");
    await eventually(
      () => psql("reservas", "new", "SELECT 1"),
      ({ code }) => code === 0,
    );
  });

  it("starts its server again, with its data, when it is told to", async () => {
    const started = async (): Promise<string> => (await docker.getContainer(server).inspect()).State.StartedAt;
    const before = await started();
    expect((await done(`POST ${INSTANCES}/main/restart`)).operationType).to.equal("RESTART");
    expect(await started()).to.not.equal(before);
    const tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'";
    expect((await psql("reservas", "new", tables, "reservas")).output.trim()).to.equal("1");
    const [last] = (await cloud.must(`GET sqladmin/v1/projects/${PROJECT}/operations?instance=main`)).items;
    expect(last).to.include({ operationType: "RESTART", status: "DONE" });
  });

  it("does one thing at a time, as Cloud SQL does", async () => {
    const first = await cloud.must(`PATCH ${INSTANCES}/main`, { settings: { userLabels: { a: "b" } } });
    const second = await cloud.ask(`POST ${INSTANCES}/main/databases`, { name: "other" });
    expect([second.status, second.body.error.errors[0].reason]).to.deep.equal([409, "operationInProgress"]);
    await cloud.rehearsal.cloud.operations.settled();
    expect((await cloud.must(`GET sqladmin/sql/v1beta4/projects/${PROJECT}/operations/${first.name}`)).status).to.equal(
      "DONE",
    );
  });

  it("refuses what Cloud SQL refuses", async () => {
    const tries: [string, object | undefined, number, RegExp][] = [
      [`POST ${INSTANCES}`, instance(), 409, /already exists/],
      [`POST ${INSTANCES}`, { ...instance({ tier: "db-f2-micro" }), name: "two" }, 400, /Invalid Tier \(db-f2-micro\)/],
      [`POST ${INSTANCES}`, { ...instance(), name: "Two" }, 400, /instance name/],
      [`POST ${INSTANCES}/main/databases`, { name: "reservas" }, 400, /already exists/],
      [`GET ${INSTANCES}/none`, undefined, 404, /does not exist/],
      [`GET ${INSTANCES}/main/databases/none`, undefined, 404, /Not Found/],
    ];
    for (const [what, body, status, message] of tries) {
      const answer = await cloud.ask(what, body);
      expect(answer.status, what).to.equal(status);
      expect(answer.body.error.message).to.match(message);
    }
  });

  it("says which image a version needs that cannot be had, also in the report, and makes nothing", async () => {
    const { realise } = cloud.rehearsal.cloud;
    const { imagePrefix } = realise;
    realise.imagePrefix = "127.0.0.1:1/";
    const other = { ...instance(), name: "sixteen", databaseVersion: "POSTGRES_16" };
    const failure = await done(`POST ${INSTANCES}`, other).catch((error: Error) => error.message);
    realise.imagePrefix = imagePrefix;
    expect(failure).to.match(
      /^rehearsal: POSTGRES_16 needs the image 127\.0\.0\.1:1\/postgres:16-bookworm, which cannot be had/,
    );
    expect(cloud.rehearsal.report.summary().unanswered).to.have.length(1);
    expect((await cloud.ask(`GET ${INSTANCES}/sixteen`)).status).to.equal(404);
  });

  it("is deleted only once its protection is lifted, with its data", async () => {
    await done(`PATCH ${INSTANCES}/main`, { settings: { deletionProtectionEnabled: true } });
    const refused = await cloud.ask(`DELETE ${INSTANCES}/main`);
    expect([refused.status, refused.body.error.message]).to.satisfy(
      ([status, message]: [number, string]) => status === 400 && /The instance is protected/.test(message),
    );
    await done(`PATCH ${INSTANCES}/main`, { settings: { deletionProtectionEnabled: false } });
    await done(`DELETE ${INSTANCES}/main`);
    expect((await cloud.ask(`GET ${INSTANCES}/main`)).status).to.equal(404);
    expect(await docker.listContainers({ all: true, filters: { name: [server] } })).to.deep.equal([]);
    expect((await docker.listVolumes({ filters: { name: [server] } })).Volumes).to.deep.equal([]);
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
