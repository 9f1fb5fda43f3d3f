import { expect } from "chai";
import { readFileSync } from "node:fs";
import type { Asked } from "../../inventory";
import { everySystem } from "../example";
import { askedOfGoogle } from "./cloud";

/** The role that an account needs to make each type. */
const roles: Record<string, string> = {
  "gcp:artifactregistry/repository:Repository": "artifactregistry.admin",
  "gcp:cloudrunv2/job:Job": "run.admin",
  "gcp:cloudrunv2/service:Service": "run.admin",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "run.admin",
  "gcp:cloudrunv2/workerPool:WorkerPool": "run.admin",
  "gcp:monitoring/alertPolicy:AlertPolicy": "monitoring.alertPolicyEditor",
  "gcp:monitoring/notificationChannel:NotificationChannel": "monitoring.notificationChannelEditor",
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": "monitoring.uptimeCheckConfigEditor",
  "gcp:projects/iAMMember:IAMMember": "resourcemanager.projectIamAdmin",
  "gcp:projects/service:Service": "serviceusage.serviceUsageAdmin",
  "gcp:redis/instance:Instance": "redis.admin",
  "gcp:secretmanager/secret:Secret": "secretmanager.admin",
  "gcp:secretmanager/secretIamMember:SecretIamMember": "secretmanager.admin",
  "gcp:secretmanager/secretVersion:SecretVersion": "secretmanager.admin",
  "gcp:serviceaccount/account:Account": "iam.serviceAccountAdmin",
  "gcp:sql/database:Database": "cloudsql.admin",
  "gcp:sql/databaseInstance:DatabaseInstance": "cloudsql.admin",
  "gcp:sql/user:User": "cloudsql.admin",
};

describe("docs/team.md", () => {
  const text = readFileSync("docs/team.md", "utf8");
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem });
  });

  it("names the role that makes each type of resource, and the one to run as an account", () => {
    const types = new Set(all.map(({ type }) => type).filter((type) => type.startsWith("gcp:")));
    expect(Object.keys(roles)).to.include.members([...types]);
    for (const role of [...Object.values(roles), "iam.serviceAccountUser"]) expect(text).to.include(`\`${role}\``);
  });

  it("limits the deploy account to the roles that the program grants on the project", () => {
    const granted = all.flatMap(({ type, inputs }) => (type.endsWith(":IAMMember") ? [inputs["role"] as string] : []));
    expect(text).to.include(`hasOnly([${[...new Set(granted)].map((role) => `'${role}'`).join(", ")}])`);
  });

  /** The roles of the account that a workflow uses, as the table lists them. */
  const rowOf = (workflow: string): string =>
    text.split("\n").find((line) => line.startsWith("| `GCP_") && line.includes(`\`${workflow}\``)) ?? "";

  it("lets the accounts for previews and drift read the state's bucket, and write nothing there", () => {
    expect(rowOf("check.yml")).to.match(/`storage.objectViewer` on the bucket/);
    expect(rowOf("drift.yml")).to.match(/\| the same, and what reads each resource/);
    for (const workflow of ["check.yml", "drift.yml"])
      expect(rowOf(workflow)).to.not.match(/storage\.(object(User|Admin|Creator)|admin|legacy)|CryptoKeyEncrypter/i);
    expect(rowOf("deploy.yml")).to.match(/`storage.objectUser` on the bucket/);
  });

  it("gives these two accounts only to workflows that neither lock nor write the state", () => {
    const commandsOf = (workflow: string): string[] =>
      readFileSync(`.github/workflows/${workflow}`, "utf8").match(
        /npm run --silent pulumi -- [^]*?(?=\n {4,8}- |$)/g,
      ) ?? [];
    expect(commandsOf("check.yml")).to.have.lengthOf(1);
    expect(commandsOf("check.yml")[0]).to.match(/^npm run --silent pulumi -- preview /);
    expect(commandsOf("drift.yml")).to.have.lengthOf(1);
    expect(commandsOf("drift.yml")[0]).to.match(/^npm run --silent pulumi -- refresh [^]*--preview-only/);
  });
});
