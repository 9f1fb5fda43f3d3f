import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Grants } from "../../../rehearsal/grants";
import { METHOD_PERMISSIONS } from "../../../rehearsal/rights/methods";
import { holdsPermission } from "../../../rehearsal/rights/roles";
import { Store } from "../../../rehearsal/store";
import { everySystem } from "../../infra/example";
import type { Asked } from "../../inventory";
import { askedOfGoogle } from "../../infra/targets/cloud";
import { PROJECT } from "../cloud";
import { emailOf } from "./accounts";
import { DISPENSABLE, readRecording, type Command } from "./recording";
import { refusedOf, type Asking } from "./refused";
import { ACCOUNTS, commandOf, rightsIn, teamRights, type Account, type Right } from "./team";
import { UNREHEARSED } from "./unrehearsed";

const COMMANDS: Record<Account, Command[]> = {
  "check.yml": [],
  "drift.yml": ["drift"],
  "deploy.yml": ["deploy", "rotate"],
};

/** The first request that is refused without a role. */
const BREAKS: Record<Account, Record<string, string>> = {
  "check.yml": {
    "roles/storage.objectViewer": "storage.objects.list",
    "roles/cloudkms.cryptoKeyDecrypter": "cloudkms.projects.locations.keyRings.cryptoKeys.decrypt",
  },
  "drift.yml": {
    "roles/storage.objectViewer": "storage.objects.list",
    "roles/cloudkms.cryptoKeyDecrypter": "cloudkms.projects.locations.keyRings.cryptoKeys.decrypt",
    "roles/artifactregistry.reader": "artifactregistry.projects.locations.repositories.get",
    "roles/browser": "cloudresourcemanager.projects.getIamPolicy",
    "roles/cloudscheduler.viewer": "cloudscheduler.projects.locations.jobs.get",
    "roles/cloudsql.viewer": "sql.instances.get",
    "roles/iam.serviceAccountViewer": "iam.projects.serviceAccounts.get",
    "roles/monitoring.viewer": "monitoring.projects.notificationChannels.get",
    "roles/redis.viewer": "redis.projects.locations.instances.get",
    "projects/<project>/roles/redis.instances.getAuthString": "redis.projects.locations.instances.getAuthString",
    "roles/run.viewer": "run.projects.locations.jobs.get",
    "roles/secretmanager.viewer": "secretmanager.projects.secrets.get",
  },
  "deploy.yml": {
    "roles/storage.objectUser": "storage.objects.list",
    "roles/cloudkms.cryptoKeyDecrypter": "cloudkms.projects.locations.keyRings.cryptoKeys.decrypt",
    "roles/artifactregistry.admin": "artifactregistry.projects.locations.repositories.create",
    "roles/cloudscheduler.admin": "cloudscheduler.projects.locations.jobs.create",
    "roles/cloudsql.admin": "sql.instances.insert",
    "roles/iam.serviceAccountAdmin": "iam.projects.serviceAccounts.create",
    // It makes the job run as an account of its own.
    "roles/iam.serviceAccountUser": "run.projects.locations.jobs.create",
    "roles/monitoring.alertPolicyEditor": "monitoring.projects.alertPolicies.create",
    "roles/monitoring.notificationChannelEditor": "monitoring.projects.notificationChannels.create",
    "roles/monitoring.uptimeCheckConfigEditor": "monitoring.projects.uptimeCheckConfigs.create",
    "roles/redis.admin": "redis.projects.locations.instances.create",
    "roles/resourcemanager.projectIamAdmin": "cloudresourcemanager.projects.getIamPolicy",
    "roles/run.admin": "run.projects.locations.jobs.create",
    "roles/secretmanager.admin": "secretmanager.projects.secrets.create",
    "roles/serviceusage.serviceUsageAdmin": "serviceusage.services.batchEnable",
  },
};

/** Every type of resource that the program makes, and a request that makes one. */
const MAKES: Record<string, string> = {
  "gcp:artifactregistry/repository:Repository": "artifactregistry.projects.locations.repositories.create",
  "gcp:cloudrunv2/job:Job": "run.projects.locations.jobs.create",
  "gcp:cloudrunv2/jobIamMember:JobIamMember": "run.projects.locations.jobs.setIamPolicy",
  "gcp:cloudrunv2/service:Service": "run.projects.locations.services.create",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "run.projects.locations.services.setIamPolicy",
  "gcp:cloudrunv2/workerPool:WorkerPool": "run.projects.locations.workerPools.create",
  "gcp:cloudscheduler/job:Job": "cloudscheduler.projects.locations.jobs.create",
  "gcp:monitoring/alertPolicy:AlertPolicy": "monitoring.projects.alertPolicies.create",
  "gcp:monitoring/notificationChannel:NotificationChannel": "monitoring.projects.notificationChannels.create",
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": "monitoring.projects.uptimeCheckConfigs.create",
  "gcp:projects/iAMMember:IAMMember": "cloudresourcemanager.projects.setIamPolicy",
  "gcp:projects/service:Service": "serviceusage.services.batchEnable",
  "gcp:redis/instance:Instance": "redis.projects.locations.instances.create",
  "gcp:secretmanager/secret:Secret": "secretmanager.projects.secrets.create",
  "gcp:secretmanager/secretIamMember:SecretIamMember": "secretmanager.projects.secrets.setIamPolicy",
  "gcp:secretmanager/secretVersion:SecretVersion": "secretmanager.projects.secrets.addVersion",
  "gcp:serviceaccount/account:Account": "iam.projects.serviceAccounts.create",
  "gcp:sql/database:Database": "sql.databases.insert",
  "gcp:sql/databaseInstance:DatabaseInstance": "sql.instances.insert",
  "gcp:sql/user:User": "sql.users.insert",
};

/** All that an account's commands ask. */
const askedBy = (account: Account): Asking[] => {
  const { commands } = readRecording();
  const recorded = COMMANDS[account].flatMap((command) => commands[command]);
  const needed = recorded.filter(({ method }) => !DISPENSABLE.includes(method));
  return [...needed.map((one) => ({ ...one, on: "project" as const })), ...UNREHEARSED[account]];
};

describe("the roles of docs/team.md", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-rights-"));
  const grants = new Grants(new Store(join(folder, "state.json")));
  after(() => rmSync(folder, { recursive: true }));
  const rights = teamRights();
  let made: Asked[];
  before(async () => {
    made = await askedOfGoogle({ settings: everySystem });
  });

  const refused = (account: Account, given: readonly Right[]): string[] =>
    refusedOf({ grants, project: PROJECT, email: emailOf(account), asked: askedBy(account), given });

  for (const account of ACCOUNTS) {
    it(`let the account of ${account} do its command`, () => {
      expect(askedBy(account).length).to.be.at.least(3);
      expect(refused(account, rights[account])).to.deep.equal([]);
    });

    it(`are each needed by the account of ${account}`, () => {
      const without = rights[account].map(({ role }) => {
        const left = rights[account].filter((right) => right.role !== role);
        return [role, refused(account, left)[0] ?? "nothing"] as const;
      });
      expect(Object.fromEntries(without)).to.deep.equal(BREAKS[account]);
    });
  }

  it("are asked for every type of resource that the program makes", () => {
    const types = [...new Set(made.map(({ type }) => type))].filter((type) => type.startsWith("gcp:"));
    expect(Object.keys(MAKES)).to.include.members(types);
    const methods = askedBy("deploy.yml").map(({ method }) => method);
    expect(methods).to.include.members(Object.values(MAKES));
  });

  it("let the deploy account grant on the project what the program grants there, and no more", () => {
    const granted = made.flatMap(({ type, inputs }) => (type.endsWith(":IAMMember") ? [inputs["role"] as string] : []));
    const { condition } = rights["deploy.yml"].find(({ role }) => role.endsWith("projectIamAdmin"))!;
    expect(condition).to.include(`hasOnly([${[...new Set(granted)].map((role) => `'${role}'`).join(", ")}])`);
  });

  it("are not read from the document where it says less", () => {
    const text = readFileSync("docs/team.md", "utf8");
    const shorter = rightsIn(text.replace("`run.admin`", "").replace("`storage.objectViewer` on the bucket,", ""));
    expect(shorter["deploy.yml"].map(({ role }) => role)).to.not.include("roles/run.admin");
    expect(refused("deploy.yml", shorter["deploy.yml"])).to.include("run.projects.locations.services.create");
    expect(refused("check.yml", shorter["check.yml"])).to.include("storage.objects.get");
  });

  it("let the accounts for previews and drift change nothing and read no secret's value", () => {
    const changing = [...new Set(Object.values(METHOD_PERMISSIONS).flat())].filter((permission) =>
      /\.(create|update|delete|add|enable|disable|destroy|run|setIamPolicy|undelete)$/.test(permission),
    );
    expect(changing).to.include.members(["run.services.update", "secretmanager.versions.add", "cloudsql.users.update"]);
    const others = ["storage.objects.create", "storage.objects.delete", "cloudkms.cryptoKeyVersions.useToEncrypt"];
    for (const permission of [...changing, ...others, "secretmanager.versions.access"])
      for (const account of ["check.yml", "drift.yml"] as const)
        for (const { role } of rights[account])
          expect(holdsPermission(role, permission), `${role} ${permission}`).to.equal(false);
  });

  it("are used by the commands that were recorded, and by no other", () => {
    for (const account of ACCOUNTS) {
      const workflow = readFileSync(`.github/workflows/${account}`, "utf8");
      expect(workflow.match(/npm run --silent (pulumi|deploy) -- /g), account).to.have.lengthOf(1);
    }
    expect(commandOf("check.yml")[0]).to.equal("preview");
    expect(commandOf("drift.yml")).to.include.members(["refresh", "--preview-only"]);
    expect(commandOf("deploy.yml")[0]).to.equal("up");
  });
});
