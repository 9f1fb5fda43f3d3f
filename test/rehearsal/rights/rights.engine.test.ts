import { expect } from "chai";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, TestCloud } from "../cloud";
import { Program, type Run } from "../program";
import { give, makeAccount, tokenFor } from "./accounts";
import { DISPENSABLE } from "./recording";
import { ACCOUNTS, commandOf, teamRights, type Account } from "./team";

/** What prod grants and keeps, without anything that has to run. */
const SOURCE = `
const dependsOn = ["secretmanager", "iam"].map(
  (name) => new gcp.projects.Service(name, { service: name + ".googleapis.com", disableOnDestroy: false }),
);
const account = new gcp.serviceaccount.Account("web", { accountId: "web-app", displayName: "Web" }, { dependsOn });
const member = pulumi.interpolate\`serviceAccount:\${account.email}\`;
const secret = new gcp.secretmanager.Secret("key", { secretId: "key", replication: { auto: {} } }, { dependsOn });
new gcp.secretmanager.SecretVersion("key", { secret: secret.id, secretData: pulumi.secret("of the test") });
new gcp.secretmanager.SecretIamMember("key", { secretId: secret.id, role: "roles/secretmanager.secretAccessor", member });
new gcp.projects.IAMMember("sql", { project: "${PROJECT}", role: "roles/cloudsql.client", member });
`;

/** Every file and folder of the state, and when it was last written: a lock that came and went changes its folder. */
const written = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => `${file} ${statSync(join(folder, file), { bigint: true }).mtimeNs}`)
    .sort();

describe("the accounts of docs/team.md, with the real engine and plugin", () => {
  const cloud = new TestCloud(32200);
  const program = new Program(cloud);
  const rights = teamRights();
  before(async () => {
    await cloud.open();
    await program.open(SOURCE);
    for (const account of ACCOUNTS) {
      await makeAccount(cloud, account);
      await give({ cloud, account, rights: rights[account] });
    }
  });
  after(async () => {
    program.remove();
    await cloud.remove();
  });
  beforeEach(() => cloud.rehearsal.report.empty());

  const as = (account: Account, ...flags: string[]): Promise<Run> => {
    program.token = tokenFor(cloud, account);
    return program.pulumi(...commandOf(account), ...flags);
  };
  const state = (): string[] => written(join(program.folder, "state"));
  const denied = (): string[] =>
    cloud.rehearsal.report
      .summary()
      .denied.flatMap(({ method = "" }) => (DISPENSABLE.includes(method) ? [] : [method]));

  it("refuse a deployment without a role, in Google's words", async () => {
    const account = "deploy.yml";
    const left = rights[account].filter(({ role }) => role !== "roles/secretmanager.admin");
    await give({ cloud, account, rights: left });
    const { code, output } = await as(account, "--skip-preview");
    await give({ cloud, account, rights: rights[account] });
    expect(code).to.not.equal(0);
    expect(output).to.match(/Error 403: Permission 'secretmanager\.secrets\.create' denied on resource/);
    expect(denied()).to.include("secretmanager.projects.secrets.create");
  });

  it("let deploy.yml deploy", async () => {
    const before = state();
    const { code, output } = await as("deploy.yml", "--skip-preview");
    expect(code, output).to.equal(0);
    expect(denied()).to.deep.equal([]);
    expect(state()).to.not.deep.equal(before);
  });

  for (const account of ["check.yml", "drift.yml"] as const)
    it(`let ${account} do its command, which writes nothing to the state and takes no lock`, async () => {
      const before = state();
      const { code, output } = await as(account);
      expect(code, output).to.equal(0);
      expect(denied()).to.deep.equal([]);
      expect(state()).to.deep.equal(before);
    });
});
