import { expect } from "chai";
import { rmSync } from "node:fs";
import { outcomeOf } from "../../../ops/commands/rehearse";
import { placeOf } from "../../../ops/rehearsal/place";
import { apis } from "../../../rehearsal/apis";
import { accountToken } from "../../../rehearsal/callers";
import { holds, isUnderstood } from "../../../rehearsal/rights/condition";
import { METHOD_PERMISSIONS } from "../../../rehearsal/rights/methods";
import { isKnownRole } from "../../../rehearsal/rights/roles";
import { PROJECT, TestCloud, type Answer } from "../cloud";
import { emailOf, give, makeAccount, tokenFor } from "./accounts";
import { ACCOUNTS, teamRights, type Right } from "./team";

const SECRETS = `secretmanager/v1/projects/${PROJECT}/secrets`;
const POLICY = `cloudresourcemanager/v1/projects/${PROJECT}`;
const LOCATION = `projects/${PROJECT}/locations/europe-west1`;

describe("a caller of the rehearsed cloud", () => {
  const cloud = new TestCloud(32140);
  const account = "deploy.yml";
  const email = emailOf(account);
  const asAccount = (what: string, body?: object): Promise<Answer> => cloud.ask(what, body, tokenFor(cloud, account));
  const giveRoles = (...roles: (string | Right)[]): Promise<void> => {
    const rights = roles.map((role) => (typeof role === "string" ? { on: "project" as const, role } : role));
    return give({ cloud, account, rights });
  };
  before(async () => {
    await cloud.open();
    cloud.enable("iam", "secretmanager", "run", "sqladmin", "artifactregistry");
    await makeAccount(cloud, account);
  });
  after(async () => {
    // Nothing was made that an engine would have to take away.
    await cloud.close();
    rmSync(cloud.folder, { recursive: true });
  });
  beforeEach(() => cloud.rehearsal.report.empty());

  it("that is an account may do what its roles say, and is refused all else in Google's words", async () => {
    await giveRoles("roles/secretmanager.viewer");
    expect((await asAccount(`GET ${SECRETS}`)).status).to.equal(200);
    const { status, body } = await asAccount(`POST ${SECRETS}?secretId=key`, { replication: { automatic: {} } });
    const resource = `//cloudresourcemanager.googleapis.com/projects/${PROJECT}`;
    expect([status, body.error]).to.deep.equal([
      403,
      {
        code: 403,
        message: `Permission 'secretmanager.secrets.create' denied on resource '${resource}' (or it may not exist).`,
        status: "PERMISSION_DENIED",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "IAM_PERMISSION_DENIED",
            domain: "iam.googleapis.com",
            metadata: { permission: "secretmanager.secrets.create", resource },
          },
        ],
      },
    ]);
    expect((await cloud.ask(`GET ${SECRETS}`)).body).to.deep.equal({});
  });

  it("is nobody with a token that does not begin with this cloud's", async () => {
    const token = accountToken({ token: "of-another-cloud", account: email });
    expect((await cloud.ask(`GET ${SECRETS}`, undefined, token)).status).to.equal(401);
  });

  it("that was refused makes the rehearsal fail, and is in its report", async () => {
    await giveRoles();
    const began = new Date();
    await asAccount(`GET ${SECRETS}`);
    const place = { ...placeOf({ name: "rights-report", port: cloud.port }), folder: cloud.folder };
    const { code, lines } = await outcomeOf({ place, began, code: 0, failures: 0, keep: true });
    expect(code).to.equal(1);
    expect(lines.join("\n")).to.match(
      /Refused for want of a permission:\n {2}- secretmanager\.projects\.secrets\.list: Permission 'secretmanager\.secrets\.list' denied/,
    );
  });

  it("is asked for the permission on the resource itself, whose own policy counts", async () => {
    await giveRoles();
    for (const secretId of ["own", "other"])
      await cloud.must(`POST ${SECRETS}?secretId=${secretId}`, { replication: { automatic: {} } });
    const binding = { role: "roles/secretmanager.viewer", members: [`serviceAccount:${email}`] };
    await cloud.must(`POST ${SECRETS}/own:setIamPolicy`, { policy: { bindings: [binding] } });
    expect((await asAccount(`GET ${SECRETS}/own`)).status).to.equal(200);
    expect((await asAccount(`GET ${SECRETS}/own/versions`)).status).to.equal(200);
    expect((await asAccount(`GET ${SECRETS}/other`)).status).to.equal(403);
    const asked = { permissions: ["secretmanager.secrets.get", "secretmanager.secrets.delete"] };
    const tested = await asAccount(`POST ${SECRETS}/own:testIamPermissions`, asked);
    expect(tested.body).to.deep.equal({ permissions: ["secretmanager.secrets.get"] });
  });

  it("may grant on the project only the roles that its condition lets it", async () => {
    const right = teamRights()["deploy.yml"].find(({ role }) => role === "roles/resourcemanager.projectIamAdmin");
    expect(right?.condition).to.include("modifiedGrantsByRole");
    await giveRoles(right!);
    const { etag, bindings } = (await asAccount(`POST ${POLICY}:getIamPolicy`, {})).body;
    const granting = (role: string) => {
      // Another order of what is there already grants nothing: the plugin sorts it.
      const policy = { version: 3, etag, bindings: [{ role, members: [`serviceAccount:${email}`] }, ...bindings] };
      return asAccount(`POST ${POLICY}:setIamPolicy`, { policy });
    };
    expect((await granting("roles/run.admin")).status).to.equal(403);
    expect((await granting("roles/cloudsql.client")).status).to.equal(200);
  });

  it("deploys only as an account that it may use", async () => {
    await giveRoles("roles/run.admin");
    const serviceAccount = email;
    const job = { template: { template: { serviceAccount, containers: [{ image: "localhost:1/p/r/i" }] } } };
    const refused = await asAccount(`POST run/v2/${LOCATION}/jobs?jobId=once`, job);
    expect([refused.status, refused.body.error.message]).to.deep.equal([
      403,
      `Permission 'iam.serviceaccounts.actAs' denied on service account ${email} (or it may not exist).`,
    ]);
    await giveRoles("roles/run.admin", "roles/iam.serviceAccountUser");
    expect((await asAccount(`POST run/v2/${LOCATION}/jobs?jobId=once`, job)).status).to.equal(200);
  });

  it("may push an image only with the right to, as the registry's client says who it is", async () => {
    const name = `${LOCATION}/repositories/apps`;
    cloud.rehearsal.cloud.store.put("artifactregistry.repositories", name, { name, format: "DOCKER" });
    const password = Buffer.from(`oauth2accesstoken:${tokenFor(cloud, account)}`).toString("base64");
    const push = () =>
      fetch(`http://127.0.0.1:${cloud.port}/v2/${PROJECT}/apps/web/blobs/uploads/`, {
        method: "POST",
        headers: { authorization: `Basic ${password}` },
      });
    await giveRoles("roles/artifactregistry.reader");
    const refused = await push();
    const words = `Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "${name}" (or it may not exist)`;
    expect([refused.status, await refused.json()]).to.deep.equal([
      403,
      { errors: [{ code: "DENIED", message: words }] },
    ]);
    expect(cloud.rehearsal.report.summary().denied.map(({ denied }) => denied)).to.deep.equal([words]);
  });

  it("may bind no role and no condition whose permissions the lists lack: it is refused and reported", async () => {
    const members = [`serviceAccount:${email}`];
    const condition = { title: "later", expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' };
    for (const binding of [
      { role: "roles/appengine.appAdmin", members },
      { role: "roles/run.viewer", members, condition },
    ]) {
      const { status } = await cloud.ask(`POST ${POLICY}:setIamPolicy`, {
        policy: { version: 3, bindings: [binding] },
      });
      expect(status).to.equal(501);
    }
    expect(cloud.rehearsal.report.summary().unanswered.map(({ message }) => message)).to.deep.equal([
      "rehearsal: the role roles/appengine.appAdmin is not rehearsed yet",
      "rehearsal: the condition of roles/run.viewer is not rehearsed yet",
    ]);
  });
});

describe("the lists of methods and roles", () => {
  it("have every method that the rehearsal does, and every role of docs/team.md", () => {
    for (const { handlers } of apis) expect(METHOD_PERMISSIONS).to.include.all.keys(Object.keys(handlers));
    for (const account of ACCOUNTS)
      for (const { role, permission } of teamRights()[account])
        expect(permission !== undefined || isKnownRole(role), role).to.equal(true);
  });
});

describe("a condition of a binding", () => {
  const only = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/a', 'roles/b'])";
  const name = "projects/p/instances/i";
  const instance = `resource.type == "sqladmin.googleapis.com/Instance" && resource.name == "${name}"`;
  const resource = { type: "sqladmin.googleapis.com/Instance", name };

  it("limits the roles that a request changes, and no request that changes none", () => {
    expect(holds(only, { modifiedRoles: ["roles/b"] })).to.equal(true);
    expect(holds(only, { modifiedRoles: ["roles/b", "roles/c"] })).to.equal(false);
    expect(holds(only, {})).to.equal(true);
  });

  it("limits a resource by type and name", () => {
    expect(holds(instance, { resource })).to.equal(true);
    expect(holds(instance, { resource: { ...resource, name: `${name}2` } })).to.equal(false);
    expect(holds(instance, {})).to.equal(false);
  });

  it("that is not understood holds for nothing", () => {
    for (const expression of ["true", `${instance} || true`, 'resource.name.startsWith("projects/")']) {
      expect(isUnderstood(expression), expression).to.equal(false);
      expect(holds(expression, { resource }), expression).to.equal(false);
    }
  });
});
