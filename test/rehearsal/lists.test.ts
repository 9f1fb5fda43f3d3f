import { expect } from "chai";
import { PROJECT, TestCloud } from "./cloud";

const SECRETS = `secretmanager/v1/projects/${PROJECT}/secrets`;
const RUN = `run/v2/projects/${PROJECT}/locations`;
const POLICIES = `monitoring/v3/projects/${PROJECT}/notificationChannels`;

/** Resources as the store keeps them; nothing of a list needs an engine. */
const kept = (name: string, more: object = {}): Record<string, unknown> => ({
  name: `projects/${PROJECT}/${name}`,
  createTime: "2026-11-28T10:00:00.123Z",
  ...more,
});

describe("a list of the rehearsed cloud", () => {
  const cloud = new TestCloud(32210);
  const names = (answer: any, key: string): string[] =>
    (answer[key] ?? []).map(({ name }: any) => name.split("/").pop());

  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager", "run", "monitoring");
    const { store } = cloud.rehearsal.cloud;
    for (const [index, id] of ["pear", "apple", "fig"].entries())
      await cloud.must(`POST ${SECRETS}?secretId=${id}`, { replication: { automatic: {} }, labels: { n: `${index}` } });
    for (const [region, service] of [
      ["europe-west1", "a"],
      ["us-central1", "b"],
    ])
      for (const revision of [1, 2]) {
        const name = `locations/${region}/services/${service}`;
        store.put("run.services", kept(name)["name"] as string, kept(name));
        const full = `${name}/revisions/${service}-${revision}`;
        store.put("run.revisions", kept(full)["name"] as string, kept(full));
      }
    for (const displayName of ["b", "c", "a"])
      await cloud.must(`POST ${POLICIES}`, { displayName, type: "email", labels: { email_address: "a@example.com" } });
  });
  after(async () => {
    for (const service of ["run", "artifactregistry"])
      cloud.rehearsal.cloud.store.put("serviceusage.enabled", `${service}.googleapis.com`, { enabled: false });
    await cloud.remove();
  });

  it("comes in pages, each with the number of all where the product tells it", async () => {
    const first = await cloud.must(`GET ${SECRETS}?pageSize=2`);
    expect([names(first, "secrets"), first.totalSize]).to.deep.equal([["pear", "apple"], 3]);
    const second = await cloud.must(`GET ${SECRETS}?pageSize=2&pageToken=${first.nextPageToken}`);
    expect([names(second, "secrets"), second.nextPageToken]).to.deep.equal([["fig"], undefined]);
    const services = await cloud.must(`GET ${RUN}/-/services?pageSize=1`);
    expect(services).to.not.have.property("totalSize");
  });

  it("refuses a page token that is none, or of another list or filter", async () => {
    const { nextPageToken } = await cloud.must(`GET ${SECRETS}?pageSize=1`);
    for (const query of ["pageToken=7", "pageToken=constructor", `pageToken=${nextPageToken}&filter=name:fig`]) {
      const { status, body } = await cloud.ask(`GET ${SECRETS}?${query}`);
      expect([status, body.error.message], query).to.deep.equal([400, "The provided page token is invalid."]);
    }
    const other = await cloud.ask(`GET ${RUN}/-/services?pageToken=${nextPageToken}`);
    expect([other.status, other.body.error.message]).to.deep.equal([400, "The page token is invalid."]);
    expect((await cloud.ask(`GET ${SECRETS}?pageSize=-1`)).status).to.equal(400);
  });

  it("has what its filter takes, in the order that was asked for", async () => {
    const filtered = await cloud.must(`GET ${SECRETS}?filter=${encodeURIComponent("name:FIG OR labels.n=0")}`);
    expect([names(filtered, "secrets"), filtered.totalSize]).to.deep.equal([["pear", "fig"], 2]);
    expect((await cloud.ask(`GET ${SECRETS}?filter=${encodeURIComponent("name:(")}`)).status).to.equal(400);
    const order = async (orderBy: string): Promise<string[]> =>
      (await cloud.must(`GET ${POLICIES}?orderBy=${encodeURIComponent(orderBy)}`)).notificationChannels.map(
        ({ displayName }: any) => displayName,
      );
    expect(await order("display_name")).to.deep.equal(["a", "b", "c"]);
    expect(await order("-display_name")).to.deep.equal(["c", "b", "a"]);
    expect(await order("type,displayName desc")).to.deep.equal(["c", "b", "a"]);
    expect((await cloud.ask(`GET ${POLICIES}?orderBy=${encodeURIComponent("a b c")}`)).status).to.equal(400);
  });

  it("takes a wildcard for any parent", async () => {
    const list = async (at: string, key: string): Promise<string[]> => names(await cloud.must(`GET ${RUN}/${at}`), key);
    expect(await list("-/services", "services")).to.deep.equal(["a", "b"]);
    expect(await list("europe-west1/services", "services")).to.deep.equal(["a"]);
    expect(await list("europe-west1/services/-/revisions", "revisions")).to.deep.equal(["a-2", "a-1"]);
    expect(await list("-/services/-/revisions", "revisions")).to.deep.equal(["b-2", "b-1", "a-2", "a-1"]);
    expect(await list("-/services/b/revisions", "revisions")).to.deep.equal(["b-2", "b-1"]);
  });

  it("has times as exact as its product has them, and the same ones each time", async () => {
    const [service] = (await cloud.must(`GET ${RUN}/-/services`)).services;
    expect(service.createTime).to.match(/^2026-11-28T10:00:00\.123\d{3}Z$/);
    expect((await cloud.must(`GET ${RUN}/europe-west1/services/a`)).createTime).to.equal(service.createTime);
    expect((await cloud.must(`GET ${SECRETS}/fig`)).createTime).to.match(/\.\d{6}Z$/);
  });

  it("refuses an address with a bad escape in the shape of its product's errors", async () => {
    const secret = await cloud.ask(`GET ${SECRETS}/%zz`);
    expect([secret.status, secret.body.error.status]).to.deep.equal([400, "INVALID_ARGUMENT"]);
    const sql = await cloud.ask(`GET sqladmin/sql/v1beta4/projects/${PROJECT}/instances/%zz`);
    expect([sql.status, sql.body.error.errors[0].reason]).to.deep.equal([400, "invalid"]);
  });

  it("is as Google describes it", () => expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]));
});
