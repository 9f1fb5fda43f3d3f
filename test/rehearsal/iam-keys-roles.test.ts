import { expect } from "chai";
import { createPrivateKey } from "node:crypto";
import { accountToken } from "../../rehearsal/callers";
import { PROJECT, TestCloud } from "./cloud";

const IAM = `iam/v1/projects/${PROJECT}`;
const EMAIL = `reader@${PROJECT}.iam.gserviceaccount.com`;
const KEYS = `${IAM}/serviceAccounts/${EMAIL}/keys`;

describe("rehearsed IAM", () => {
  const cloud = new TestCloud(32220);
  before(async () => {
    await cloud.open();
    cloud.enable("iam", "secretmanager");
    await cloud.must(`POST ${IAM}/serviceAccounts`, { accountId: "reader" });
  });
  after(() => cloud.remove());

  it("has the default account of Compute Engine, which can be changed and deleted", async () => {
    const { number } = cloud.rehearsal.cloud.project;
    const email = `${number}-compute@developer.gserviceaccount.com`;
    const at = `${IAM}/serviceAccounts/${email}`;
    expect((await cloud.must(`GET ${at}`)).displayName).to.equal("Compute Engine default service account");
    await cloud.must(`PATCH ${at}`, { serviceAccount: { displayName: "Ours" }, updateMask: "displayName" });
    const { accounts } = await cloud.must(`GET ${IAM}/serviceAccounts`);
    expect(accounts.map(({ displayName }: any) => displayName))
      .to.include("Ours")
      .and.have.lengthOf(2);
    await cloud.must(`DELETE ${at}`);
    expect((await cloud.ask(`GET ${at}`)).status).to.equal(404);
  });

  it("gives a key once, and keeps no private one", async () => {
    const made = await cloud.must(`POST ${KEYS}`, {});
    const file = JSON.parse(Buffer.from(made.privateKeyData, "base64").toString());
    expect(file).to.include({ type: "service_account", client_email: EMAIL, project_id: PROJECT });
    expect(createPrivateKey(file.private_key).asymmetricKeyType).to.equal("rsa");
    expect(made.name.endsWith(file.private_key_id)).to.equal(true);
    const { keys } = await cloud.must(`GET ${KEYS}?keyTypes=USER_MANAGED`);
    expect(keys).to.have.lengthOf(1);
    expect(keys[0]).to.include({ name: made.name, keyOrigin: "GOOGLE_PROVIDED" });
    expect(keys[0]).to.not.have.any.keys("privateKeyData", "publicKeyData");
    expect(JSON.stringify(cloud.rehearsal.cloud.store.list("iam.keys"))).to.not.include("PRIVATE");
    const shown = await cloud.must(`GET iam/v1/${made.name}?publicKeyType=TYPE_RAW_PUBLIC_KEY`);
    expect(Buffer.from(shown.publicKeyData, "base64").toString()).to.match(/^-----BEGIN PUBLIC KEY-----/);
    await cloud.must(`POST iam/v1/${made.name}:disable`, {});
    expect((await cloud.must(`GET iam/v1/${made.name}`)).disabled).to.equal(true);
    await cloud.must(`DELETE iam/v1/${made.name}`);
    expect((await cloud.ask(`GET iam/v1/${made.name}`)).status).to.equal(404);
    expect(await cloud.must(`GET ${KEYS}`)).to.deep.equal({});
  });

  it("lists Google's roles, and tells the permissions of those that it knows them of", async () => {
    const first = await cloud.must("GET iam/v1/roles?pageSize=100");
    expect(first.roles).to.have.lengthOf(100);
    expect(first.nextPageToken).to.be.a("string");
    const { includedPermissions } = await cloud.must("GET iam/v1/roles/run.invoker");
    expect(includedPermissions).to.include("run.routes.invoke");
    expect((await cloud.ask("GET iam/v1/roles/run.emperor")).status).to.equal(404);
  });

  it("has roles of the project's own, which grant what they hold until they are deleted", async () => {
    const permissions = ["secretmanager.secrets.list"];
    const role = { title: "Lister", includedPermissions: permissions, stage: "GA" };
    const made = await cloud.must(`POST ${IAM}/roles`, { roleId: "lister", role });
    expect(made).to.include({ name: `projects/${PROJECT}/roles/lister`, title: "Lister", stage: "GA" });
    expect((await cloud.ask(`POST ${IAM}/roles`, { roleId: "lister", role })).status).to.equal(409);
    expect((await cloud.ask(`POST ${IAM}/roles`, { roleId: "x", role })).status).to.equal(400);
    const bindings = [{ role: made.name, members: [`serviceAccount:${EMAIL}`] }];
    await cloud.must(`POST cloudresourcemanager/v1/projects/${PROJECT}:setIamPolicy`, { policy: { bindings } });
    const lists = async (): Promise<number> => {
      const token = accountToken({ token: cloud.token, account: EMAIL });
      return (await cloud.ask(`GET secretmanager/v1/projects/${PROJECT}/secrets`, undefined, token)).status;
    };
    expect(await lists()).to.equal(200);
    const at = `${IAM}/roles/lister`;
    const changed = await cloud.must(`PATCH ${at}?updateMask=title`, { title: "Reader" });
    expect(changed).to.deep.include({ title: "Reader", includedPermissions: permissions });
    const stale = await cloud.ask(`PATCH ${at}?updateMask=title`, { title: "Late", etag: made.etag });
    expect([stale.status, stale.body.error.status]).to.deep.equal([409, "ABORTED"]);
    expect((await cloud.must(`DELETE ${at}`)).deleted).to.equal(true);
    expect(await lists()).to.equal(403);
    expect(await cloud.must(`GET ${IAM}/roles`)).to.deep.equal({});
    expect((await cloud.must(`GET ${IAM}/roles?showDeleted=true`)).roles).to.have.lengthOf(1);
    await cloud.must(`POST ${at}:undelete`, {});
    expect(await lists()).to.equal(200);
  });

  it("answers as Google describes it", () => expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]));
});
