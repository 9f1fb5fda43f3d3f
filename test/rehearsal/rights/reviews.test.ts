import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Grants } from "../../../rehearsal/grants";
import { projectOf } from "../../../rehearsal/project";
import { accountToken } from "../../../rehearsal/callers";
import { holdsPermission, isKnownRole } from "../../../rehearsal/rights/roles";
import { Store } from "../../../rehearsal/store";
import { PROJECT, TestCloud, type Answer } from "../cloud";
import { refusedOf, type Asking } from "./refused";
import {
  giveReviewRights,
  readReviewRecording,
  REVIEW_ACCOUNT,
  REVIEW_COMMANDS,
  REVIEW_PROJECT,
  reviewRights,
  reviewRightsIn,
  type ReviewRequest,
} from "./review-account";
import type { Right } from "./team";
import { UNREHEARSED_REVIEW } from "./unrehearsed";

/** The first request that is refused without a role. */
const BREAKS: Record<string, string> = {
  "roles/storage.objectUser": "storage.objects.list",
  "roles/cloudkms.cryptoKeyDecrypter": "cloudkms.projects.locations.keyRings.cryptoKeys.decrypt",
  "roles/artifactregistry.writer": "registry HEAD",
  // It reads which APIs are enabled, too.
  "roles/cloudsql.admin": "serviceusage.services.list",
  "roles/iam.serviceAccountAdmin": "iam.projects.serviceAccounts.create",
  "roles/iam.serviceAccountUser": "run.projects.locations.jobs.create",
  "roles/logging.viewer": "logging.entries.list",
  "roles/redis.viewer": "redis.projects.locations.instances.get",
  "projects/<project>/roles/redis.instances.getAuthString": "redis.projects.locations.instances.getAuthString",
  "roles/resourcemanager.projectIamAdmin": "cloudresourcemanager.projects.getIamPolicy",
  "roles/run.admin": "run.projects.locations.jobs.create",
  "roles/secretmanager.admin": "secretmanager.projects.secrets.get",
};

/** What Google wants of a request before it looks at who sends it; what is wanted otherwise is not. */
const WANTED: Record<string, { query?: string; body?: object }> = {
  "iam.projects.serviceAccounts.create": { body: { accountId: "of-a-review" } },
  "secretmanager.projects.secrets.addVersion": { body: { payload: { data: "" } } },
  "logging.entries.list": { body: { resourceNames: [`projects/${PROJECT}`] } },
  "run.projects.locations.jobs.create": { query: "?jobId=of-a-review", body: { template: { template: {} } } },
  "run.projects.locations.jobs.patch": { body: { template: { template: {} } } },
  "run.projects.locations.services.create": { query: "?serviceId=of-a-review", body: { template: {} } },
  "run.projects.locations.services.patch": { body: { template: {} } },
  "cloudresourcemanager.projects.setIamPolicy": { body: { policy: { bindings: [] } } },
  "secretmanager.projects.secrets.setIamPolicy": { body: { policy: { bindings: [] } } },
  "secretmanager.projects.secrets.create": { query: "?secretId=of-a-review" },
};

const POLICY = `cloudresourcemanager/v1/projects/${PROJECT}`;
type Binding = { role: string; members: string[]; condition?: { title: string; expression: string } };

/** A path of the recording for what has the same name in the other project. */
const here = (path: string): string =>
  path
    .slice(1)
    .replaceAll(REVIEW_PROJECT, PROJECT)
    .replace(projectOf(REVIEW_PROJECT).number, projectOf(PROJECT).number);
const isRead = ({ verb }: ReviewRequest): boolean => verb === "GET" || verb === "HEAD";

const requests = (): ReviewRequest[] => REVIEW_COMMANDS.flatMap((command) => readReviewRecording().commands[command]);

const asked = (): Asking[] => [...requests().map((one) => ({ ...one, on: "project" as const })), ...UNREHEARSED_REVIEW];

describe("the account of reviews, by the roles of docs/team.md", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-rights-"));
  const grants = new Grants(new Store(join(folder, "state.json")));
  after(() => rmSync(folder, { recursive: true }));
  const rights = reviewRights();
  const refused = (given: readonly Right[], project = REVIEW_PROJECT): string[] =>
    refusedOf({ grants, project, email: REVIEW_ACCOUNT, asked: asked(), given });

  it("may do all that its commands ask", () => {
    for (const command of REVIEW_COMMANDS) expect(readReviewRecording().commands[command]).to.not.deep.equal([]);
    expect(refused(rights)).to.deep.equal([]);
  });

  it("needs each of them", () => {
    const without = rights.map(({ role }) => {
      const left = rights.filter((right) => right.role !== role);
      return [role, refused(left)[0] ?? "nothing"] as const;
    });
    expect(Object.fromEntries(without)).to.deep.equal(BREAKS);
  });

  it("has no role that Google does not have, and loses one that the document leaves out", () => {
    for (const { role, permission } of rights)
      expect(permission !== undefined || isKnownRole(role), role).to.equal(true);
    const shorter = reviewRightsIn(readFileSync("docs/team.md", "utf8").replace("- `run.admin`: ", "- "));
    expect(refused(shorter)).to.include("run.projects.locations.services.create");
  });

  it("makes no key of an account, no role, no API, and takes away neither images nor the Redis of all", () => {
    const beyond = [
      "artifactregistry.repositories.delete",
      "artifactregistry.repositories.deleteArtifacts",
      "cloudkms.cryptoKeyVersions.useToEncrypt",
      "iam.roles.create",
      "iam.serviceAccountKeys.create",
      "iam.serviceAccounts.getAccessToken",
      "redis.instances.delete",
      "serviceusage.services.enable",
    ];
    for (const permission of beyond)
      for (const { role } of rights) expect(holdsPermission(role, permission), `${role} ${permission}`).to.equal(false);
  });

  it("is the account that review.yml signs in as, whose commands are those that were recorded", () => {
    const workflow = readFileSync(".github/workflows/review.yml", "utf8");
    const accounts = [...workflow.matchAll(/service_account: (.+)/g)].map(([, account]) => account);
    expect(new Set(accounts)).to.deep.equal(new Set(["${{ vars.GCP_REVIEW_SERVICE_ACCOUNT }}"]));
    const commands = [...workflow.matchAll(/^ +(?:run: )?\.\/fleet review (\w+)/gm)].map(([, command]) => command);
    expect(commands.sort()).to.deep.equal(["close", "sweep", "up"]);
  });
});

describe("the account of reviews in a project where it has no role, such as prod's", () => {
  const cloud = new TestCloud(32_160);
  before(async () => {
    await cloud.open();
    const services = ["artifactregistry", "iam", "redis", "run", "secretmanager", "sqladmin"];
    cloud.enable(...services);
    const name = `projects/${PROJECT}/locations/europe-west1/repositories/review-base-images`;
    cloud.rehearsal.cloud.store.put("artifactregistry.repositories", name, { name, format: "DOCKER" });
  });
  after(async () => {
    // Nothing was made that an engine would have to take away.
    await cloud.close();
    rmSync(cloud.folder, { recursive: true });
  });
  beforeEach(() => cloud.rehearsal.report.empty());

  const ask = (what: string, body?: object): Promise<Answer> =>
    cloud.ask(what, body, accountToken({ token: cloud.token, account: REVIEW_ACCOUNT }));
  const denied = (): string[] => cloud.rehearsal.report.summary().denied.map(({ verb, path }) => `${verb} ${path}`);

  it("is refused every request of its commands, for want of the permission", async () => {
    const sent = new Map(requests().map((request) => [`${request.verb} ${here(request.path)}`, request]));
    expect(sent.size).to.be.at.least(45);
    const otherwise: string[] = [];
    for (const [what, request] of sent) {
      const { query = "", body = {} } = WANTED[request.method] ?? {};
      const { status } = await ask(`${what}${query}`, isRead(request) ? undefined : body);
      if (status !== 403) otherwise.push(`${what}: ${status}`);
    }
    expect(otherwise).to.deep.equal([]);
    expect(denied()).to.deep.equal([...sent.keys()].map((what) => what.replace(" ", " /")));
  });

  describe("is, where it has its roles,", () => {
    before(() => giveReviewRights({ post: (path, body) => cloud.must(`POST ${path}`, body), project: PROJECT }));

    it("let through", async () => {
      const reads = requests().filter((request) => isRead(request) && request.method !== "registry HEAD");
      expect(reads.length).to.be.at.least(10);
      for (const { path } of reads) expect([path, (await ask(`GET ${here(path)}`)).status]).to.not.include(403);
    });

    const policyOf = async () =>
      (await ask(`POST ${POLICY}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } })).body;
    const setting = async (change: (bindings: Binding[]) => Binding[]): Promise<number> => {
      const { etag, bindings } = (await policyOf()) as { etag: string; bindings: Binding[] };
      const policy = { version: 3, etag, bindings: change(bindings) };
      return (await ask(`POST ${POLICY}:setIamPolicy`, { policy })).status;
    };

    it("unable to grant itself or anybody anything but cloudsql.client", async () => {
      const members = [`serviceAccount:${REVIEW_ACCOUNT}`];
      const more = [
        "owner",
        "editor",
        "serviceusage.serviceUsageAdmin",
        "resourcemanager.projectIamAdmin",
        "storage.admin",
      ];
      for (const role of more)
        expect([role, await setting((all) => [...all, { role: `roles/${role}`, members }])]).to.deep.equal([role, 403]);
      const unlimited = (all: Binding[]): Binding[] => all.map(({ role, members: own }) => ({ role, members: own }));
      expect(await setting(unlimited)).to.equal(403);
      const client = { role: "roles/cloudsql.client", members: ["serviceAccount:pr-12-leads-web@example.com"] };
      expect(await setting((all) => [...all, client])).to.equal(200);
    });
  });
});
