import { expect } from "chai";
import Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { buildBaseImages, standInImagePrefix } from "../../offline/index";
import { mysqlImage } from "../../rehearsal/realise/mysql";
import { PROJECT, TestCloud } from "./cloud";

const INSTANCES = `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`;

/** A client of each engine's, in the server's container, at its socket. */
const CLIENTS = {
  POSTGRES_15: (sql: string, database: string) => ["psql", "-XqtA", "-U", "app", "-d", database, "-c", sql],
  MYSQL_8_4: (sql: string, database: string) => ["mysql", "-NB", "--user=app", "-e", sql, database],
};
const env = ["PGPASSWORD=word", "MYSQL_PWD=word"];

for (const version of Object.keys(CLIENTS) as (keyof typeof CLIENTS)[])
  describe(`a backup of rehearsed Cloud SQL (${version})`, function () {
    // An image may have to be made first.
    this.timeout(300_000);
    const cloud = new TestCloud(version === "POSTGRES_15" ? 32700 : 32740);
    const docker = new Docker();
    const at = `${INSTANCES}/main`;

    const sql = async (text: string, database: string): Promise<string> => {
      const container = `rehearsal-test-${cloud.port}-sql-main`;
      return (await execCaptured({ docker, container, command: CLIENTS[version](text, database), env })).output.trim();
    };
    const databases = async (): Promise<string[]> =>
      (await cloud.must(`GET ${at}/databases`)).items.map(({ name }: { name: string }) => name);

    before(async () => {
      await cloud.open();
      cloud.enable("sqladmin");
      const { imagePrefix: prefix } = cloud.rehearsal.cloud.realise;
      if (version === "MYSQL_8_4" && prefix === standInImagePrefix)
        await buildBaseImages({ prefix, images: [mysqlImage("8.4")], report: () => undefined });
      const settings = { tier: "db-g1-small", edition: "ENTERPRISE" };
      const instance = { name: "main", region: "europe-west1", databaseVersion: version, settings };
      await cloud.sql(`POST ${INSTANCES}`, { ...instance, rootPassword: "root word" });
      await cloud.sql(`POST ${at}/users`, { name: "app", password: "word" });
      await cloud.sql(`POST ${at}/databases`, { name: "leads" });
    });
    after(() => cloud.remove());

    it("puts back what was there, and takes away what came after it", async () => {
      expect(await sql("CREATE TABLE leads_lead (id int); INSERT INTO leads_lead VALUES (7)", "leads")).to.equal("");
      const operation = await cloud.sql(`POST ${at}/backupRuns`, { description: "before" });
      const backupRunId: string = operation.backupContext.backupId;
      const before = await databases();
      await cloud.sql(`POST ${at}/databases`, { name: "later" });
      expect(await sql("DROP TABLE leads_lead; CREATE TABLE other (id int)", "leads")).to.equal("");
      await cloud.sql(`POST ${at}/restoreBackup`, { restoreBackupContext: { backupRunId, instanceId: "main" } });
      expect(await sql("SELECT id FROM leads_lead", "leads")).to.equal("7");
      expect(await sql("SELECT id FROM other", "leads")).to.match(/does not exist|doesn't exist/);
      expect(await databases())
        .to.deep.equal(before)
        .and.not.include("later");
      // The owner of what was put back still is one.
      expect(
        await sql("INSERT INTO leads_lead VALUES (8); ALTER TABLE leads_lead ADD name varchar(9)", "leads"),
      ).to.equal("");
      // It can be put back once more.
      await cloud.sql(`POST ${at}/restoreBackup`, { restoreBackupContext: { backupRunId } });
      expect(await sql("SELECT count(*) FROM leads_lead", "leads")).to.equal("1");
    });

    it("is refused where there is none, and where it is another instance's", async () => {
      const ask = async (restoreBackupContext: object): Promise<number> =>
        (await cloud.ask(`POST ${at}/restoreBackup`, { restoreBackupContext })).status;
      expect(await ask({})).to.equal(400);
      expect(await ask({ backupRunId: "1" })).to.equal(404);
      expect(await ask({ backupRunId: "1", instanceId: "elsewhere" })).to.equal(501);
    });
  });
