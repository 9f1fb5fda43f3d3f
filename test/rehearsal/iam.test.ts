import { expect } from "chai";
import { PROJECT, TestCloud } from "./cloud";

const ACCOUNTS = `iam/v1/projects/${PROJECT}/serviceAccounts`;
const POLICY = `cloudresourcemanager/v1/projects/${PROJECT}`;

describe("rehearsed IAM", () => {
  const cloud = new TestCloud(32030);
  const email = `web-app@${PROJECT}.iam.gserviceaccount.com`;
  const member = `serviceAccount:${email}`;
  before(async () => {
    await cloud.open();
    cloud.enable("iam");
  });
  after(() => cloud.remove());

  it("refuses a policy with a binding that has no role", async () => {
    for (const binding of [{}, { members: ["user:a@example.com"] }, { role: null, members: [] }])
      expect((await cloud.ask(`POST ${POLICY}:setIamPolicy`, { policy: { bindings: [binding] } })).status).to.equal(
        400,
      );
  });

  it("makes an account, changes it by mask and etag, and finds it by number", async () => {
    const made = await cloud.must(`POST ${ACCOUNTS}`, { accountId: "web-app", serviceAccount: { displayName: "Web" } });
    expect([made.email, made.projectId, made.displayName]).to.deep.equal([email, PROJECT, "Web"]);
    const change = { updateMask: "description", serviceAccount: { displayName: "no", description: "of the web" } };
    const changed = await cloud.must(`PATCH ${ACCOUNTS}/${email}`, {
      ...change,
      serviceAccount: { ...change.serviceAccount, etag: made.etag },
    });
    expect([changed.displayName, changed.description]).to.deep.equal(["Web", "of the web"]);
    const stale = await cloud.ask(`PATCH ${ACCOUNTS}/${email}`, { ...change, serviceAccount: { etag: made.etag } });
    expect([stale.status, stale.body.error.status]).to.deep.equal([409, "ABORTED"]);
    expect((await cloud.must(`GET iam/v1/projects/-/serviceAccounts/${made.uniqueId}`)).email).to.equal(email);
  });

  it("refuses bad names and a second one of a name", async () => {
    for (const accountId of ["short", "With-Capitals", "ends-with-", "a".repeat(31)])
      expect((await cloud.ask(`POST ${ACCOUNTS}`, { accountId })).status, accountId).to.equal(400);
    expect((await cloud.ask(`POST ${ACCOUNTS}`, { accountId: "web-app" })).status).to.equal(409);
  });

  it("binds only members that are there, and takes a policy only with its current etag", async () => {
    const binding = { role: "roles/cloudsql.client", members: [member] };
    const { etag } = await cloud.must(`POST ${POLICY}:getIamPolicy`, {});
    const set = await cloud.must(`POST ${POLICY}:setIamPolicy`, { policy: { etag, bindings: [binding] } });
    expect(set.bindings).to.deep.equal([binding]);
    const late = await cloud.ask(`POST ${POLICY}:setIamPolicy`, { policy: { etag, bindings: [] } });
    expect([late.status, late.body.error.status]).to.deep.equal([409, "ABORTED"]);
    for (const [wrong, message] of [
      [{ ...binding, members: ["serviceAccount:nobody@" + member.split("@")[1]] }, "does not exist"],
      [{ ...binding, members: [email] }, "of an unknown type"],
      [{ ...binding, role: "cloudsql.client" }, "is not supported for this resource"],
    ] as const) {
      const { status, body } = await cloud.ask(`POST ${POLICY}:setIamPolicy`, { policy: { bindings: [wrong] } });
      expect([status, body.error.message]).to.satisfy(
        ([code, text]: [number, string]) => code === 400 && text.includes(message),
      );
    }
    expect((await cloud.must(`POST ${POLICY.replace("v1", "v3")}:getIamPolicy`, {})).bindings).to.deep.equal([binding]);
  });

  it("tells which bindings nothing has needed", () => {
    const { grants } = cloud.rehearsal.cloud;
    const resource = `//cloudresourcemanager.googleapis.com/projects/${PROJECT}`;
    const grant = { resource, role: "roles/cloudsql.client", member };
    expect(grants.unused()).to.deep.equal([grant]);
    expect(grants.allows({ member, permission: "run.routes.invoke", resources: [resource] })).to.equal(false);
    expect(grants.allows({ member, permission: "cloudsql.instances.connect", resources: [resource] })).to.equal(true);
    expect(grants.unused()).to.deep.equal([]);
  });

  it("brings a deleted account back by its number, and makes another of a name that is free again", async () => {
    const { uniqueId } = await cloud.must(`GET ${ACCOUNTS}/${email}`);
    await cloud.must(`DELETE ${ACCOUNTS}/${email}`);
    expect((await cloud.ask(`GET ${ACCOUNTS}/${email}`)).status).to.equal(404);
    const { restoredAccount } = await cloud.must(`POST ${ACCOUNTS}/${uniqueId}:undelete`, {});
    expect(restoredAccount.email).to.equal(email);
    await cloud.must(`DELETE ${ACCOUNTS}/${email}`);
    const again = await cloud.must(`POST ${ACCOUNTS}`, { accountId: "web-app" });
    expect(again.uniqueId).to.not.equal(uniqueId);
  });

  it("answers as its own documents say", () => {
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
