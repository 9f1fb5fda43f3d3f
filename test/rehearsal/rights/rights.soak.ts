import { expect } from "chai";
import { connectSecrets } from "../../../ops/rotation/google";
import { usedVersions } from "../../../ops/rotation/versions";
import type { Resource } from "../../../ops/stack/checkpoint";
import type { Run } from "../../e2e/project";
import { SERVICE_ACCOUNTS } from "../../../rehearsal/apis/iam";
import { setEnabled } from "../../../rehearsal/enabled";
import type { Entry } from "../../../rehearsal/report";
import { Drill } from "../drill";
import { give, makeAccount, tokenFor } from "./accounts";
import { DISPENSABLE, recordedIn, writeRecording, type Recorded } from "./recording";
import { ACCOUNTS, commandOf, teamRights, type Account, type Right } from "./team";

const SECRET = "booking-reservas-database-password";

/**
 * All of booking's prod, with alerts and a public service, on the rehearsed cloud by the real program, engine and plugin: each
 * account of docs/team.md does its command, and without each of its roles the command fails at a step that is printed.
 * What the commands asked is written into recording.json, which recording.test.ts asks again.
 */
describe("the accounts of docs/team.md on the rehearsed cloud", function () {
  const drill = new Drill("rights", 32300);
  const { cloud } = drill;
  const rights = teamRights();

  before(async () => {
    drill.project.edit(
      "infra/catalogue/booking.ts",
      "hostPort: 8081,",
      'hostPort: 8081,\n        public: { reason: "Anyone may look at free tables." },',
    );
    await drill.open();
    for (const [key, value] of [
      ["alerts", "true"],
      ["alertEmail", "team@example.com"],
    ])
      await drill.pulumi("config", "set", `fleet:${key}`, value!);
    for (const account of ACCOUNTS) {
      await makeAccount(cloud, account);
      await give({ cloud, account, rights: rights[account] });
    }
  });
  after(() => drill.remove());

  const as = (account: Account, ...args: string[]): Promise<Run> => {
    const token = tokenFor(cloud, account);
    const variables = { ...drill.variables, GOOGLE_OAUTH_ACCESS_TOKEN: token, DOCKER_REGISTRY_PASS: token };
    return drill.project.pulumiWith(variables, ...args);
  };
  const deploy = (...flags: string[]): Promise<Run> =>
    as("deploy.yml", ...commandOf("deploy.yml"), "--skip-preview", ...flags);

  const needed = (): Entry[] =>
    cloud.rehearsal.report.summary().denied.filter(({ method = "" }) => !DISPENSABLE.includes(method));
  const commands: Record<string, Recorded[]> = {};
  const record = async (command: string, run: () => Promise<Run>): Promise<Run> => {
    cloud.rehearsal.report.empty();
    const done = await run();
    const { unanswered } = cloud.rehearsal.report.summary();
    expect({ denied: needed().map((entry) => entry.denied), unanswered }, done.output).to.deep.equal({
      denied: [],
      unanswered: [],
    });
    commands[command] = recordedIn(cloud.rehearsal.report.entries());
    return done;
  };

  it("deploys", async () => {
    const { code, output } = await record("deploy", () => deploy());
    expect(code, output).to.equal(0);
  });

  it("finds no drift", async () => {
    const { code, output } = await record("drift", () => as("drift.yml", ...commandOf("drift.yml")));
    expect(code, output).to.equal(0);
  });

  it("previews without asking anything", async () => {
    cloud.rehearsal.report.empty();
    const { code, output } = await as("check.yml", ...commandOf("check.yml"));
    expect(code, output).to.equal(0);
    expect(cloud.rehearsal.report.entries().filter(({ api }) => api !== "elsewhere")).to.deep.equal([]);
  });

  it("rotates a password and disables the version before", async () => {
    await drill.pulumi("config", "set", "--path", `fleet:rotations["${SECRET}"]`, "1");
    const { code, output } = await record("rotate", async () => {
      const run = await deploy();
      const exported = JSON.parse((await drill.pulumi("stack", "export")).output) as {
        deployment: { resources: Resource[] };
      };
      const env = { ...process.env, ...drill.variables };
      const secrets = connectSecrets({ accessToken: tokenFor(cloud, "deploy.yml"), env });
      const used = usedVersions(exported.deployment.resources);
      const disabled = (await Promise.all(used.map(({ name }) => secrets.disableOlderThan(name)))).flat();
      expect(disabled).to.have.lengthOf(2);
      return run;
    });
    expect(code, output).to.equal(0);
    const date = new Date().toISOString().slice(0, 10);
    const what = "booking with alerts and a public service, by rights.soak.ts";
    writeRecording({ date, what, commands: commands });
  });

  // Booking has no Redis.
  const rehearsed = (account: Account): Right[] =>
    rights[account].filter(({ on, role }) => on === "project" && !role.includes("redis."));
  /** What only some updates change, and others may look at: somebody else has changed it. */
  const changeBy: Record<string, () => void> = {
    "roles/serviceusage.serviceUsageAdmin": () =>
      setEnabled(cloud.rehearsal.cloud, "containerscanning.googleapis.com", false),
    "roles/iam.serviceAccountAdmin": () => {
      const { store } = cloud.rehearsal.cloud;
      const service = ([name]: [string, object]): boolean => name.includes("rights-booking-reservas@");
      const [name, found] = store.entries(SERVICE_ACCOUNTS).find(service)!;
      store.put(SERVICE_ACCOUNTS, name, { ...found, displayName: "Changed by hand" });
    },
  };
  let updates = 0;
  for (const account of ["drift.yml", "deploy.yml"] as const)
    for (const { role } of rehearsed(account))
      it(`shows that ${account} fails without ${role}`, async () => {
        await give({ cloud, account, rights: rights[account].filter((right) => right.role !== role) });
        cloud.rehearsal.report.empty();
        if (account === "deploy.yml") changeBy[role]?.();
        // A service that changes is deployed again; what does not change is looked at by the refresh.
        if (account === "deploy.yml")
          await drill.pulumi("config", "set", "fleet:maxInstances", String(2 + (updates++ % 8)));
        const { code, output } =
          account === "deploy.yml" ? await deploy("--refresh") : await as(account, ...commandOf(account));
        await give({ cloud, account, rights: rights[account] });
        const [first] = needed();
        console.log(`      ${account} without ${role}: ${first?.method ?? first?.path}: ${first?.denied}`);
        expect(code, output).to.not.equal(0);
        expect(first, output).to.not.equal(undefined);
      });
});
