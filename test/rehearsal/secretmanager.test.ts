import { expect } from "chai";
import { accessSecret, SECRETS } from "../../rehearsal/apis/secrets";
import { PROJECT, TestCloud } from "./cloud";

const ROOT = `secretmanager/v1/projects/${PROJECT}/secrets`;
const text = (value: string): string => Buffer.from(value).toString("base64");

describe("rehearsed Secret Manager", () => {
  const cloud = new TestCloud(32010);
  const account = `reader@${PROJECT}.iam.gserviceaccount.com`;
  const read = (version: string): string =>
    accessSecret(cloud.rehearsal.cloud, {
      serviceAccount: account,
      version: `projects/${PROJECT}/secrets/key/${version}`,
    }).toString();

  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager");
    cloud.rehearsal.cloud.store.put("iam.serviceAccounts", `projects/${PROJECT}/serviceAccounts/${account}`, {});
    await cloud.must(`POST ${ROOT}?secretId=key`, { replication: { automatic: {} } });
  });
  after(() => cloud.remove());

  it("names a secret by the project's number, and finds it by number and id", async () => {
    const { number } = cloud.rehearsal.cloud.project;
    const { name } = await cloud.must(`GET ${ROOT}/key`);
    expect(name).to.equal(`projects/${number}/secrets/key`);
    expect((await cloud.must(`GET secretmanager/v1/${name}`)).name).to.equal(name);
  });

  it("keeps versions apart, and gives one only to an account with the binding", async () => {
    const first = await cloud.must(`POST ${ROOT}/key:addVersion`, { payload: { data: text("one") } });
    const second = await cloud.must(`POST ${ROOT}/key:addVersion`, { payload: { data: text("two") } });
    expect([first.name, second.name].map((name: string) => name.split("/").pop())).to.deep.equal(["1", "2"]);

    expect(() => read("versions/1")).to.throw("Permission 'secretmanager.versions.access' denied");
    const binding = { role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${account}`] };
    await cloud.must(`POST ${ROOT}/key:setIamPolicy`, { policy: { bindings: [binding] } });
    expect([read("versions/1"), read("versions/2"), read("versions/latest")]).to.deep.equal(["one", "two", "two"]);
  });

  it("gives no disabled version, and a destroyed one never again", async () => {
    await cloud.must(`POST ${ROOT}/key/versions/1:disable`, {});
    expect(() => read("versions/1")).to.throw("is in DISABLED state");
    await cloud.must(`POST ${ROOT}/key/versions/1:enable`, {});
    expect(read("versions/1")).to.equal("one");
    await cloud.must(`POST ${ROOT}/key/versions/1:destroy`, {});
    expect(() => read("versions/1")).to.throw("is in DESTROYED state");
    const { status, body } = await cloud.ask(`POST ${ROOT}/key/versions/1:enable`, {});
    expect([status, body.error.status]).to.deep.equal([400, "FAILED_PRECONDITION"]);
  });

  it("refuses a second secret of the name, an old etag, and what is not there", async () => {
    const again = await cloud.ask(`POST ${ROOT}?secretId=key`, { replication: { automatic: {} } });
    expect([again.status, again.body.error.status]).to.deep.equal([409, "ALREADY_EXISTS"]);
    const old = await cloud.ask(`PATCH ${ROOT}/key?updateMask=labels`, { labels: { a: "b" }, etag: '"0"' });
    expect([old.status, old.body.error.status]).to.deep.equal([400, "FAILED_PRECONDITION"]);
    const gone = await cloud.ask(`GET ${ROOT}/nothing`);
    expect([gone.status, gone.body.error.status]).to.deep.equal([404, "NOT_FOUND"]);
  });

  it("takes a secret away when its time is over", async () => {
    const { store } = cloud.rehearsal.cloud;
    await cloud.must(`POST ${ROOT}?secretId=short`, { replication: { automatic: {} }, ttl: "60s" });
    const { expireTime, ...made } = await cloud.must(`GET ${ROOT}/short`);
    expect(Date.parse(expireTime) - Date.parse(made.createTime)).to.be.within(59_000, 61_000);
    expect(made).to.not.have.property("ttl");
    const name = `projects/${PROJECT}/secrets/short`;
    store.put(SECRETS, name, { ...store.get(SECRETS, name)!, expireTime: new Date().toISOString() });
    expect((await cloud.ask(`POST ${ROOT}/short:addVersion`, { payload: { data: text("late") } })).status).to.equal(
      404,
    );
    expect((await cloud.must(`GET ${ROOT}`)).secrets).to.have.lengthOf(1);
  });

  it("tells the checksum of a value, and refuses a value that does not have the one it is sent with", async () => {
    const data = text("123456789");
    // The check value of CRC-32C (https://reveng.sourceforge.io/crc-catalogue/all.htm): e3069283.
    const dataCrc32c = String(0xe3069283);
    const wrong = await cloud.ask(`POST ${ROOT}/key:addVersion`, { payload: { data, dataCrc32c: "1" } });
    expect([wrong.status, wrong.body.error.status]).to.deep.equal([400, "INVALID_ARGUMENT"]);
    const { name, ...made } = await cloud.must(`POST ${ROOT}/key:addVersion`, { payload: { data, dataCrc32c } });
    expect(made).to.deep.include({ clientSpecifiedPayloadChecksum: true, replicationStatus: { automatic: {} } });
    expect((await cloud.must(`GET secretmanager/v1/${name}:access`)).payload).to.deep.equal({ data, dataCrc32c });
    expect((await cloud.must(`GET ${ROOT}/-/versions?filter=state:ENABLED`)).totalSize).to.be.greaterThan(1);
  });

  it("is there again after a restart, with its values", async () => {
    await cloud.close();
    await cloud.open();
    expect(read("versions/2")).to.equal("two");
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
