import { expect } from "chai";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PROJECT, TestCloud } from "./cloud";
import { expectClean, expectNothingLeft } from "./outcome";

const ACCOUNT = `web-app@${PROJECT}.iam.gserviceaccount.com`;
const PLACE = "--location=us-central1";

/** The commands, and what the last of them is to print. */
type Step = { what: string; commands: string[]; prints: RegExp };

/** Each product is made, looked at, changed and taken away. Cloud Run is missing: gcloud asks version 1 of its API. */
const STEPS: Step[] = [
  {
    what: "APIs",
    commands: ["services enable redis.googleapis.com", "services list --enabled --format=value(config.name)"],
    prints: /^redis\.googleapis\.com$/m,
  },
  {
    what: "a project",
    commands: [`projects describe ${PROJECT} --format=value(projectId)`],
    prints: new RegExp(`^${PROJECT}$`, "m"),
  },
  {
    what: "a service account",
    commands: [
      "iam service-accounts create web-app --display-name=Web",
      `iam service-accounts update ${ACCOUNT} --display-name=Apps`,
      "iam service-accounts list --format=value(email,displayName)",
    ],
    prints: new RegExp(`^${ACCOUNT}\\s+Apps$`, "m"),
  },
  {
    what: "a secret",
    commands: [
      "secrets create key --data-file=DATA",
      "secrets update key --update-labels=team=web",
      `secrets add-iam-policy-binding key --member=serviceAccount:${ACCOUNT} --role=roles/secretmanager.secretAccessor`,
      "secrets versions add key --data-file=DATA",
      "secrets versions disable 1 --secret=key",
      "secrets versions access latest --secret=key",
    ],
    prints: /^hush$/m,
  },
  {
    what: "a right in the project",
    commands: [
      `projects add-iam-policy-binding ${PROJECT} --member=serviceAccount:${ACCOUNT} --role=roles/cloudsql.client --condition=None`,
      `projects remove-iam-policy-binding ${PROJECT} --member=serviceAccount:${ACCOUNT} --role=roles/cloudsql.client`,
    ],
    prints: /^etag: /m,
  },
  {
    what: "a repository",
    commands: [
      `artifacts repositories create apps ${PLACE} --repository-format=docker`,
      `artifacts repositories update apps ${PLACE} --description=Apps`,
      `artifacts repositories describe apps ${PLACE}`,
    ],
    prints: /^description: Apps$/m,
  },
  {
    what: "a database",
    commands: [
      "sql instances create main --database-version=MYSQL_8_0 --tier=db-f1-micro --region=us-central1",
      "sql databases create shop --instance=main",
      "sql users create anna --instance=main --host=% --password=word",
      "sql users set-password anna --instance=main --host=% --password=other",
      "sql instances patch main --tier=db-g1-small",
      "sql instances describe main --format=value(settings.tier,state)",
    ],
    prints: /^db-g1-small\s+RUNNABLE$/m,
  },
  {
    what: "and takes all of it away",
    commands: [
      "sql databases delete shop --instance=main",
      "sql instances delete main",
      `artifacts repositories delete apps ${PLACE}`,
      "secrets delete key",
      `iam service-accounts delete ${ACCOUNT}`,
      "secrets list --format=value(name)",
    ],
    prints: /^$/,
  },
];

/** Google's own command line, where it is installed, with its endpoints and its token alone set. */
describe("gcloud against the rehearsed cloud", function () {
  this.timeout(300_000);
  const cloud = new TestCloud(32730);
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-gcloud-"));
  const file = (name: string): string => path.join(folder, name);

  before(async () => {
    if (spawnSync("gcloud", ["--version"]).status !== 0) throw new Error("gcloud has to be installed, of any version");
    await cloud.open();
    cloud.enable("artifactregistry", "secretmanager", "sqladmin", "iam");
    writeFileSync(file("token"), cloud.token);
    writeFileSync(file("data"), "hush");
  });
  after(async () => {
    await cloud.remove();
    rmSync(folder, { recursive: true });
  });

  const gcloud = (command: string): Promise<string> => {
    const apis = {
      ARTIFACTREGISTRY: "",
      CLOUDRESOURCEMANAGER: "",
      IAM: "",
      SECRETMANAGER: "",
      SERVICEUSAGE: "",
      SQL: "sqladmin",
    };
    const endpoints = Object.entries(apis).map(([name, root]) => [
      `CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`,
      `${cloud.rehearsal.cloud.url}/${root || name.toLowerCase()}/`,
    ]);
    const env: NodeJS.ProcessEnv = {
      PATH: process.env["PATH"],
      ...Object.fromEntries(endpoints),
      CLOUDSDK_CONFIG: file("config"),
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: file("token"),
      CLOUDSDK_CORE_PROJECT: PROJECT,
      CLOUDSDK_CORE_DISABLE_PROMPTS: "1",
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: "1",
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: "1",
    };
    const args = command.replace("DATA", file("data")).split(" ");
    return new Promise((done, fail) =>
      execFile("gcloud", args, { env }, (error, stdout, stderr) =>
        error ? fail(new Error(`gcloud ${command}: ${stderr}`)) : done(stdout),
      ),
    );
  };

  for (const { what, commands, prints } of STEPS)
    it(what, async () => {
      let printed = "";
      for (const command of commands) printed = await gcloud(command);
      expect(printed).to.match(prints);
      expectClean(cloud);
    });

  it("which leaves nothing", () => expectNothingLeft(cloud));
});
