import { expect } from "chai";
import { connectBackups } from "../../infra/targets/gcp/backups";
import { connectRun, type Guard } from "../../infra/targets/gcp/google";
import { BACKUP_FIRST } from "../../infra/targets/review-migrations";
import { endpointVariables } from "../../ops/rehearsal/endpoints";
import { accountToken } from "../../rehearsal/callers";
import { PROJECT } from "./cloud";
import { ACCOUNT, LOCATION, rehearsedRun, RUN } from "./cloud-run";

const INSTANCES = `sqladmin/sql/v1beta4/projects/${PROJECT}/instances`;
const JOB = `${LOCATION}/jobs/migrate`;
const DEPLOYER = `deployer@${PROJECT}.iam.gserviceaccount.com`;
/** Those of docs/team.md that it takes to run a job and to make a backup. */
const ROLES = ["run.admin", "iam.serviceAccountUser", "cloudsql.admin"];

/** As the real job does (test/e2e/commands.test.ts): it says what it is, and ends with a code. */
const program = (says: string, code = 0): string[] => ["-c", `import sys; print("${says}"); sys.exit(${code})`];

describe("a job of prod that may lose data, on the rehearsed cloud", function () {
  this.timeout(180_000);
  const { cloud, image, deployed } = rehearsedRun(33050);

  before(async () => {
    cloud.enable("sqladmin");
    const settings = { tier: "db-g1-small", edition: "ENTERPRISE" };
    const instance = { name: "main", region: "europe-west1", databaseVersion: "POSTGRES_15", settings };
    await cloud.sql(`POST ${INSTANCES}`, { ...instance, rootPassword: "root word" });
    await cloud.sql(`POST ${INSTANCES}/main/databases`, { name: "booking" });
    await deployed(`POST ${RUN}/jobs?jobId=migrate`, jobOf("none"));
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "deployer" });
    const bindings = ROLES.map((role) => ({ role: `roles/${role}`, members: [`serviceAccount:${DEPLOYER}`] }));
    await cloud.must(`POST cloudresourcemanager/v1/projects/${PROJECT}:setIamPolicy`, { policy: { bindings } });
    cloud.rehearsal.report.empty();
  });

  const jobOf = (generation: string): object => ({
    template: {
      labels: { generation },
      template: {
        ...{ serviceAccount: ACCOUNT, maxRetries: 0, timeout: "60s" },
        containers: [{ image, command: ["python"], args: program("migrated") }],
      },
    },
  });
  /** One update, as the deployer. */
  const update = async (generation: string, args: string[] | undefined): Promise<string | undefined> => {
    await deployed(`PATCH ${RUN}/jobs/migrate`, jobOf(generation));
    const access = {
      accessToken: accountToken({ token: cloud.token, account: DEPLOYER }),
      ...{ env: endpointVariables(cloud), pauseMs: 100 },
    };
    const backups = connectBackups(access);
    const backUp = () => backups.take({ project: PROJECT, instance: "main", description: `before ${generation}` });
    const guard: Guard = { args, backUp };
    return connectRun(access).run({ job: JOB, label: "generation", generation, guard });
  };
  const backups = async (): Promise<string[]> =>
    ((await cloud.must(`GET ${INSTANCES}/main/backupRuns`)).items ?? []).map(
      ({ description, status }: any) => `${description} ${status}`,
    );
  /** The exit codes of a generation's runs, in their order. */
  const runs = async (of: string): Promise<number[]> => {
    const { executions } = await cloud.must(`GET run/v2/${JOB}/executions`);
    const own = executions.filter(({ labels }: any) => labels.generation === of).reverse();
    return Promise.all(
      own.map(async ({ name }: any) => {
        const { tasks } = await cloud.must(`GET run/v2/${name}/tasks`);
        return tasks[0].lastAttemptResult.exitCode ?? 0;
      }),
    );
  };

  it("runs once and has no backup where its review finds nothing", async () => {
    expect(await update("harmless", program("reviewed and migrated"))).to.equal(undefined);
    expect([await runs("harmless"), await backups()]).to.deep.equal([[0], []]);
  });

  it("has a complete backup before it runs where its review wants one, and none in the next update", async () => {
    for (let updates = 0; updates < 2; updates++)
      expect(await update("destructive", program("reviewed", BACKUP_FIRST))).to.equal(undefined);
    expect(await runs("destructive")).to.deep.equal([BACKUP_FIRST, 0]);
    expect(await backups()).to.deep.equal(["before destructive SUCCESSFUL"]);
  });

  it("has one where nobody can review it, and none where it fails by itself", async () => {
    expect(await update("foreign", undefined)).to.equal(undefined);
    expect(await update("broken", program("reviewed, and failed", 1))).to.match(/exit/);
    expect([await runs("foreign"), await runs("broken")]).to.deep.equal([[0], [1]]);
    expect(await backups()).to.deep.equal(["before foreign SUCCESSFUL", "before destructive SUCCESSFUL"]);
  });

  it("asks for no right that the deployer does not have", () => {
    const { denied, unanswered } = cloud.rehearsal.report.summary();
    expect([denied, unanswered]).to.deep.equal([[], []]);
  });
});
