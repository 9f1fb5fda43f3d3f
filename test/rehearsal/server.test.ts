import { expect } from "chai";
import { request } from "node:http";
import { PROJECT, TestCloud } from "./cloud";

const SECRETS = `secretmanager/v1/projects/${PROJECT}/secrets`;
const REPOSITORIES = `artifactregistry/v1/projects/${PROJECT}/locations/europe-west1/repositories`;

/** What a proxy sees of a request to another host: CONNECT for https, the whole address for http. */
const throughProxy = (port: number, method: string, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, method, path });
    const done = ({ statusCode = 0 }: { statusCode?: number }): void => resolve(statusCode);
    asked.on("response", done).on("connect", done).on("error", reject).end();
  });

describe("the rehearsed cloud", () => {
  const cloud = new TestCloud(32020);
  before(() => cloud.open());
  after(() => cloud.remove());
  afterEach(() => cloud.rehearsal.report.empty());

  it("answers for no API that is not enabled", async () => {
    const { status, body } = await cloud.ask(`GET ${SECRETS}`);
    expect([status, body.error.status, body.error.details[0].reason]).to.deep.equal([
      403,
      "PERMISSION_DENIED",
      "SERVICE_DISABLED",
    ]);
    const operation = await cloud.must(`POST serviceusage/v1/projects/${PROJECT}/services:batchEnable`, {
      serviceIds: ["secretmanager.googleapis.com", "artifactregistry.googleapis.com"],
    });
    expect(operation.done).to.equal(undefined);
    expect((await cloud.done("serviceusage/v1", operation)).response.services).to.have.length(2);
    expect(await cloud.must(`GET ${SECRETS}`)).to.deep.equal({});
    const { services } = await cloud.must(`GET serviceusage/v1/projects/${PROJECT}/services?filter=state:ENABLED`);
    expect(services.map(({ config }: any) => config.name)).to.include("secretmanager.googleapis.com");
    expect(services.every(({ state }: any) => state === "ENABLED")).to.equal(true);
    const all = await cloud.must(`GET serviceusage/v1/projects/${PROJECT}/services?pageSize=200`);
    expect(all.services).to.have.lengthOf(200);
    expect(all.services.find(({ config }: any) => config.name === "bigquery.googleapis.com").state).to.equal(
      "DISABLED",
    );
  });

  it("says loudly what it does not do", async () => {
    const { status, body } = await cloud.ask(
      `POST ${REPOSITORIES.replace(/repositories$/, "")}repositories/r/kfpArtifacts:upload`,
      {},
    );
    expect(status).to.equal(404);
    const undone = await cloud.ask(`POST iam/v1/projects/${PROJECT}/serviceAccounts/a:signJwt`, { payload: "x" });
    expect([undone.status, undone.body.error.message]).to.deep.equal([
      501,
      "rehearsal: the rehearsal does not do iam.projects.serviceAccounts.signJwt yet",
    ]);
    const unknown = await cloud.ask("GET compute/v1/projects/p/zones");
    expect([unknown.status, unknown.body.error.status]).to.deep.equal([501, "UNIMPLEMENTED"]);
    expect(body.error.status).to.equal("NOT_FOUND");
    expect(cloud.rehearsal.report.summary().unanswered.map(({ path }) => path)).to.deep.equal([
      `/iam/v1/projects/${PROJECT}/serviceAccounts/a:signJwt`,
      "/compute/v1/projects/p/zones",
    ]);
  });

  it("lets nobody in without its token, or from another site's page with it, before a body is read", async () => {
    const ask = async (headers: Record<string, string>) => {
      const url = `http://127.0.0.1:${cloud.port}/_rehearsal/faults`;
      const body = JSON.stringify({ kind: "slow", at: "*", ms: 1 });
      return (await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body }))
        .status;
    };
    expect(await ask({})).to.equal(401);
    expect(await ask({ authorization: "Bearer guess" })).to.equal(401);
    expect(await ask({ ...cloud.headers, origin: "http://localhost:3000" })).to.equal(403);
    expect(await ask({ ...cloud.headers, "sec-fetch-site": "same-site" })).to.equal(403);
    expect(cloud.rehearsal.cloud.faults.pending()).to.deep.equal([]);
    expect(await ask(cloud.headers)).to.equal(204);
    cloud.rehearsal.cloud.faults.clear();
  });

  it("refuses, and notes, what is meant for another host", async () => {
    expect(await throughProxy(cloud.port, "CONNECT", "run.googleapis.com:443")).to.equal(403);
    expect(await throughProxy(cloud.port, "GET", "http://metadata.google.internal/")).to.equal(403);
    expect(cloud.rehearsal.report.summary().unanswered.map(({ api }) => api)).to.deep.equal(["elsewhere", "elsewhere"]);
  });

  it("answers 429 and 503 as often as it was asked to", async () => {
    const control = `http://127.0.0.1:${cloud.port}/_rehearsal/faults`;
    const fault = { kind: "error", at: "secretmanager.*.list", times: 2, status: 429, retryAfter: 7 };
    const headers = { ...cloud.headers, "content-type": "application/json" };
    expect((await fetch(control, { method: "POST", headers, body: JSON.stringify(fault) })).status).to.equal(204);
    const answers = [1, 2, 3].map(() => cloud.ask(`GET ${SECRETS}`));
    const seen = (await Promise.all(answers)).map((answer) => [answer.status, answer.headers.get("retry-after")]);
    expect(seen).to.deep.equal([
      [429, "7"],
      [429, "7"],
      [200, null],
    ]);
    expect((await fetch(control, { method: "POST", headers, body: '{"kind":1}' })).status).to.equal(400);
  });

  it("finishes after a restart the operation that was under way", async () => {
    cloud.rehearsal.cloud.faults.add({ kind: "slow", at: "artifactregistry.create", times: 1, ms: 600_000 });
    const operation = await cloud.must(`POST ${REPOSITORIES}?repository_id=apps`, { format: "PYTHON" });
    expect((await cloud.must(`GET artifactregistry/v1/${operation.name}`)).done).to.equal(undefined);
    expect((await cloud.ask(`GET ${REPOSITORIES}/apps`)).status).to.equal(404);
    await cloud.close();
    await cloud.open();
    const { response } = await cloud.done("artifactregistry/v1", operation);
    expect(response.name).to.equal(`projects/${PROJECT}/locations/europe-west1/repositories/apps`);
    expect((await cloud.must(`GET ${REPOSITORIES}/apps`)).format).to.equal("PYTHON");
  });

  it("forgets everything when it is emptied", async () => {
    cloud.rehearsal.cloud.store.empty();
    expect((await cloud.ask(`GET ${SECRETS}`)).status).to.equal(403);
  });
});
