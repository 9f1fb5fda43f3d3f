import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { eventually, lives, Project, removeContainer } from "./project";

/** Both systems on real Docker, through plain `pulumi up`, beside whatever else runs: other names, other ports. */
describe("a stack on Docker", function () {
  const project = new Project("e2e", {
    portOffset: "20000",
    hotReload: "true",
    systems: "[callcenter, leads]",
  });
  const leads = "http://localhost:28086";
  const callcenter = "http://localhost:28000";

  before(() => project.init());
  after(() => project.remove());

  const psql = (container: string, database: string, sql: string) =>
    project.exec(container, "psql", "-h", "127.0.0.1", "-U", "postgres", "-d", database, "-tAqc", sql);
  const countOf = async (marker: string): Promise<string> =>
    (await psql("leads_e2e_postgres", "leads", `SELECT count(*) FROM marker WHERE word = '${marker}'`)).output.trim();
  const mariadb = (sql: string) =>
    project.exec(
      "callcenter_e2e_db_mariadb",
      "sh",
      "-c",
      `mariadb -uroot -p"$MARIADB_ROOT_PASSWORD" callcenterdb_maria -Ne "${sql}"`,
    );

  it("comes up whole, each URL answering", async () => {
    const { changes } = await project.mustUp();
    expect(changes["created"]).to.be.greaterThan(30);
    for (const url of [callcenter, leads])
      for (const path of ["/healthz", "/health/"]) {
        const answer = await fetch(url + path);
        expect([answer.status, await answer.json()], url + path).to.deep.equal([200, { status: "OK" }]);
      }
    expect((await fetch(`${leads}/ready/`)).status).to.equal(200);
    await psql(
      "leads_e2e_postgres",
      "leads",
      "CREATE TABLE marker (word text); INSERT INTO marker VALUES ('first'); GRANT ALL ON marker TO leads",
    );
    expect(await countOf("first")).to.equal("1");
  });

  it("is left alone by a second update, with a refresh too", async () => {
    const before = await lives("e2e");
    for (const flags of [[], ["--refresh"]]) {
      const { changes, output } = await project.mustUp(...flags);
      expect(Object.keys(changes), output).to.deep.equal(["unchanged"]);
    }
    expect(await lives("e2e")).to.deep.equal(before);
  });

  it("gets back what was removed by hand, with its data", async () => {
    for (const name of ["leads_e2e_web", "leads_e2e_postgres", "leads_e2e_migrate"]) await removeContainer(name);
    await project.mustUp();
    expect((await fetch(`${leads}/ready/`)).status).to.equal(200);
    expect(await countOf("first")).to.equal("1");
  });

  it("shows an edit of a Django file within two seconds, without an update", async () => {
    project.edit(
      "services/leads/config/urls.py",
      "urlpatterns = [",
      'from django.http import HttpResponse\nurlpatterns = [path("edited/", lambda request: HttpResponse("seen")),',
    );
    await eventually(
      () => fetch(`${leads}/edited/`).then((r) => r.text()),
      (text) => text === "seen",
      10,
    );
    project.restore();
  });

  it("runs what its sources say now: an edited catalogue, by plain pulumi up; memory changes in place", async () => {
    const before = await lives("e2e");
    project.edit("infra/catalogue/leads.ts", 'title: "Leads"', 'title: "Prospects"');
    project.edit("infra/catalogue/leads.ts", "hostPort: 8086", 'hostPort: 8086, limits: { cpu: 1, memory: "400Mi" }');
    await project.mustUp();
    expect((await project.container("leads_e2e_web")).HostConfig.Memory).to.equal(400 * 1024 * 1024);
    expect(await lives("e2e")).to.deep.equal(before);
    project.restore();
    await project.mustUp();
  });

  it("runs the image's own command again once the catalogue names no other", async () => {
    const commandOf = async () => (await project.container("leads_e2e_web")).Config.Cmd.join(" ");
    const own = await commandOf();
    const other = own.split(" ").map((word) => `"${word}"`);
    project.edit("infra/catalogue/leads.ts", "port: 8080,", `port: 8080, command: [${other.join()}, "--preload"],`);
    await project.mustUp();
    expect(await commandOf()).to.equal(`${own} --preload`);
    project.restore();
    await project.mustUp();
    expect(await commandOf()).to.equal(own);
  });

  it("applies a changed password to the data that is there", async () => {
    await project.config("secrets.leads-postgres-password", "new word/with:signs");
    await project.config("secrets.leads-postgres-superuser-password", "another");
    await project.mustUp();
    expect((await fetch(`${leads}/ready/`)).status).to.equal(200);
    expect(await countOf("first")).to.equal("1");
    const login = (password: string) =>
      project.exec(
        "leads_e2e_postgres",
        "sh",
        "-c",
        `PGPASSWORD='${password}' psql -h "$(hostname -i)" -U leads -d leads -tAqc "SELECT 1"`,
      );
    expect((await login("new word/with:signs")).code).to.equal(0);
    expect((await login("old")).output).to.match(/password authentication failed/);

    for (const password of ["for a while", "new word/with:signs"]) {
      await project.config("secrets.leads-postgres-password", password);
      await project.mustUp();
      expect((await login(password)).code, password).to.equal(0);
    }
  });

  it("keeps MariaDB's rows while it is off, and takes a new password there too", async () => {
    await project.config("mariadb", "true");
    await project.mustUp();
    await mariadb("CREATE TABLE marker (word text); INSERT INTO marker VALUES ('kept')");
    await project.config("mariadb", "false");
    await project.mustUp();
    expect(Object.keys(await lives("e2e"))).to.not.include("callcenter_e2e_db_mariadb");
    expect((await fetch(`${callcenter}/ready/`)).status).to.equal(200);
    await project.config("secrets.callcenter-db-mariadb-password", "it's new");
    await project.config("secrets.callcenter-db-mariadb-root-password", "root is new");
    await project.config("mariadb", "true");
    await project.mustUp();
    expect((await mariadb("SELECT word FROM marker")).output.trim()).to.equal("kept");
    expect((await fetch(`${callcenter}/ready/`)).status).to.equal(200);
  });

  it("holds a service back when its migrations fail, runs them again each time, and goes on once they are mended", async () => {
    const before = await lives("e2e");
    const broken = "services/leads/leads/migrations/9999_broken.py";
    const last = readdirSync(join(project.folder, "services/leads/leads/migrations"))
      .filter((file) => /^\d/.test(file))
      .sort()
      .pop();
    project.write(
      broken,
      `from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "${last?.replace(".py", "")}")]
    operations = [migrations.RunSQL("SELECT * FROM no_such_table")]
`,
    );
    const tries: string[] = [];
    for (const attempt of [1, 2]) {
      const { code, output } = await project.up();
      expect(code, `attempt ${attempt}`).to.not.equal(0);
      expect(output)
        .to.match(/leads\/migrate failed with exit code 1/)
        .and.match(/no_such_table/);
      expect(output).to.not.match(/at .*oneshot\.ts/);
      const now = await lives("e2e");
      expect(now["leads_e2e_web"]).to.equal(before["leads_e2e_web"]);
      expect((await fetch(`${leads}/healthz`)).status).to.equal(200);
      tries.push(now["leads_e2e_migrate"] ?? "");
    }
    expect(tries[0]).to.not.equal(tries[1]);
    await psql(
      "leads_e2e_postgres",
      "leads",
      "CREATE TABLE no_such_table (id int); GRANT ALL ON no_such_table TO leads",
    );
    await project.mustUp();
    project.delete(broken);
    await project.mustUp();
  });

  for (const [what, from, to, seen] of [
    [
      "a database that cannot be made what the catalogue says",
      'password: "postgres-password"',
      'password: "postgres-password", extensions: ["no_such_thing"]',
      /leads\/postgres: making its server ready failed with exit code 3[^]*no_such_thing[^]*cure:/,
    ],
    [
      "a service that does not stay up",
      "port: 8080,",
      'port: 8080, command: ["python", "-c", "raise SystemExit(\'broken at once\')"],',
      /leads\/web does not stay up \(exit code 1\)[^]*broken at once[^]*cure:/,
    ],
  ] as const)
    it(`fails every update over ${what}, and goes on once it is mended`, async () => {
      project.edit("infra/catalogue/leads.ts", from, to);
      for (const attempt of [1, 2]) {
        const { code, output } = await project.up();
        expect(code, `attempt ${attempt}`).to.not.equal(0);
        expect(output, `attempt ${attempt}`).to.match(seen);
        expect(output).to.not.match(/at .*gates\.ts/);
      }
      project.restore();
      await project.mustUp();
      expect((await fetch(`${leads}/ready/`)).status).to.equal(200);
    });

  it("refuses another major version of a database before it touches anything", async () => {
    const before = await lives("e2e");
    project.edit("infra/catalogue/leads.ts", "postgres: postgres({", 'postgres: postgres({ version: "16",');
    const { code, output } = await project.up();
    expect(code).to.not.equal(0);
    expect(output).to.match(/leads\/postgres: the volume leads_e2e_postgres_data holds data of postgres 15 glibc/);
    expect(await lives("e2e")).to.deep.equal(before);
    project.restore();
  });

  it("confines its services: no writing to /, no privileges, no other system's database", async () => {
    const inWeb = (...command: string[]) => project.exec("leads_e2e_web", ...command);
    expect((await inWeb("sh", "-c", "echo x > /srv/x")).output).to.match(/Read-only file system/);
    expect((await inWeb("sh", "-c", "echo x > /tmp/x && cat /tmp/x")).output.trim()).to.equal("x");
    expect((await inWeb("id", "-u")).output.trim()).to.equal("1000");
    expect((await inWeb("sh", "-c", "grep -E 'CapEff|NoNewPrivs' /proc/self/status")).output).to.match(
      /CapEff:\s+0+\s+NoNewPrivs:\s+1/,
    );
    const other = await project.container("callcenter_e2e_db_postgres");
    const address = Object.values(other.NetworkSettings.Networks)[0]?.IPAddress;
    const connect = (host: string) =>
      inWeb("python", "-c", `import socket; socket.create_connection(("${host}", 5432), timeout=3)`);
    expect((await connect("postgres")).code).to.equal(0);
    expect((await connect("db_postgres")).output).to.match(/Name or service not known|Temporary failure/);
    expect((await connect(address ?? "")).output).to.match(/timed out|TimeoutError|unreachable/i);
  });

  it("keeps no secret as plain text in its state", async () => {
    const { output } = await project.pulumi("stack", "export");
    for (const value of ["new word/with:signs", "new%20word", "root is new", "it's new"])
      expect(output).to.not.include(value);
    expect(output).to.include("ciphertext");
  });

  it("leaves the data when it is destroyed, and finds it again, passwords lost or not", async () => {
    await project.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive");
    expect(await lives("e2e")).to.deep.equal({});
    await project.pulumi("config", "rm", "fleet:secrets");
    await project.mustUp();
    expect(await countOf("first")).to.equal("1");
    expect((await mariadb("SELECT word FROM marker")).output.trim()).to.equal("kept");
    for (const url of [callcenter, leads]) expect((await fetch(`${url}/ready/`)).status, url).to.equal(200);
  });
});
