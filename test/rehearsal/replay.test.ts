import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecord, type Recorded } from "../../ops/verification/record";
import { startRecorder, type Recorder } from "../../ops/verification/recorder";
import { redactorOf } from "../../ops/verification/redact";
import { PROJECT, TestCloud } from "./cloud";
import { replay } from "./replay";

const SECRETS = `secretmanager/v1/projects/${PROJECT}/secrets`;
const PAYLOAD = Buffer.from("nobody may read this").toString("base64");

describe("a record of Google's answers", () => {
  const [recorded, replayed] = [new TestCloud(31560), new TestCloud(31570)];
  const folder = mkdtempSync(join(tmpdir(), "fleet-record-"));
  const file = join(folder, "record.jsonl");
  let recorder: Recorder;

  /** As the plugin asks: through the recorder, with the person's token. */
  const ask = async (what: string, body?: object): Promise<any> => {
    const [verb = "GET", path = ""] = what.split(" ");
    const answer = await fetch(`${recorder.url}/${path}`, {
      method: verb,
      headers: { ...recorded.headers, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  };

  before(async () => {
    await recorded.open();
    const { project } = recorded.rehearsal.cloud;
    const rootOf = (api: string) => (api === "compute" ? undefined : `http://127.0.0.1:${recorded.port}/${api}/`);
    recorder = await startRecorder({ rootOf, redactor: redactorOf(project), file });
    const services = { serviceIds: ["secretmanager", "iam"].map((name) => `${name}.googleapis.com`) };
    const { body: operation } = await ask(`POST serviceusage/v1/projects/${PROJECT}/services:batchEnable`, services);
    while (!(await ask(`GET serviceusage/v1/${operation.name}`)).body.done);
    await ask(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "reader" });
    await ask(`POST ${SECRETS}?secretId=key`, { replication: { automatic: {} }, labels: { made: "here" } });
    await ask(`POST ${SECRETS}/key:addVersion`, { payload: { data: PAYLOAD } });
    const { body: policy } = await ask(`GET ${SECRETS}/key:getIamPolicy`);
    const members = [`serviceAccount:reader@${PROJECT}.iam.gserviceaccount.com`, "user:ana@company.example.org"];
    const bindings = [{ role: "roles/secretmanager.secretAccessor", members }];
    await ask(`POST ${SECRETS}/key:setIamPolicy`, { policy: { ...policy, bindings } });
    await ask(`GET ${SECRETS}/key/versions/1:access`);
    const { body: secret } = await ask(`GET ${SECRETS}/key`);
    await ask(`PATCH ${SECRETS}/key?updateMask=labels`, { labels: { made: "there" }, etag: secret.etag });
    await ask(`GET ${SECRETS}/nothing`);
    await ask(`POST ${SECRETS}?secretId=wrong`, { replikation: {} });
    await ask(`DELETE ${SECRETS}/key`);
  });
  beforeEach(() => replayed.open());
  afterEach(() => replayed.remove());
  after(async () => {
    await recorder.close();
    await recorded.remove();
    rmSync(folder, { recursive: true });
  });

  it("holds every request and answer, and nothing that is somebody's own", () => {
    const text = readFileSync(file, "utf8");
    const { number } = recorded.rehearsal.cloud.project;
    for (const own of [recorded.token, PAYLOAD, "ana@company", PROJECT, number]) expect(text).to.not.include(own);
    expect(text).to.include("user:person-1@example.com").and.include("reader@redacted-project.iam.gserviceaccount.com");
    const statuses = readRecord(file).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200)).to.deep.equal([404, 400]);
    expect(statuses.length).to.equal(recorded.rehearsal.report.entries().length);
  });

  it("is answered by the rehearsal as Google answered it", async () => {
    expect(await replay({ cloud: replayed, record: readRecord(file) })).to.deep.equal([]);
  });

  for (const [what, change, says] of [
    ["another status", (one: Recorded) => ({ ...one, status: 409 }), /^\d+: GET .*\/nothing: 409 there, 404 here/],
    [
      "other words of an error",
      (one: Recorded) => ({
        ...one,
        answer: { error: { code: 404, message: "No such secret.", status: "NOT_FOUND" } },
      }),
      /"NOT_FOUND No such secret." there, "NOT_FOUND Secret \[.*\] not found\." here/,
    ],
    [
      "a field that the rehearsal lacks",
      (one: Recorded) => ({ ...one, answer: { ...(one.answer as object), topics: [{ name: "t" }] } }),
      /topics.* is missing here/,
    ],
  ] as const)
    it(`tells of ${what}`, async () => {
      const record = readRecord(file).map((one) => (one.path.endsWith("/nothing") ? change(one) : one));
      const differences = await replay({ cloud: replayed, record });
      expect(differences.join("\n")).to.match(says);
    });

  it("tells of a field that the rehearsal alone has", async () => {
    const record = readRecord(file).map((one) => {
      const { createTime: _, ...answer } = (one.answer ?? {}) as Record<string, unknown>;
      return one.verb === "GET" && one.path.endsWith("/secrets/key") ? { ...one, answer } : one;
    });
    expect(await replay({ cloud: replayed, record })).to.deep.equal([
      `${1 + record.findIndex(({ path, verb }) => verb === "GET" && path.endsWith("/secrets/key"))}: GET ${SECRETS.replace(PROJECT, "redacted-project")}/key: createTime is here alone`,
    ]);
  });

  it("is made for who knows the recorder's address, by no other name, and of Google's APIs alone", async () => {
    const before = readFileSync(file, "utf8");
    const { origin, port } = new URL(recorder.url);
    expect((await fetch(`${origin}/guessed/${SECRETS}/key`)).status).to.equal(404);
    expect((await ask("GET compute/v1/projects")).status).to.equal(404);
    const asOther = await new Promise<number | undefined>((resolve) => {
      const options = {
        port,
        path: `${new URL(recorder.url).pathname}/${SECRETS}/key`,
        headers: { host: "evil.example" },
      };
      request({ host: "127.0.0.1", ...options }, ({ statusCode }) => resolve(statusCode)).end();
    });
    expect(asOther).to.equal(421);
    expect(readFileSync(file, "utf8")).to.equal(before);
  });
});
