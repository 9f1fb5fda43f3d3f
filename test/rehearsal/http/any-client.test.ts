import { expect } from "chai";
import { Agent } from "node:http";
import { gzipSync } from "node:zlib";
import { PROJECT, TestCloud } from "../cloud";
import { asking } from "./client";

const SECRETS = `/v1/projects/${PROJECT}/secrets`;

describe("any client of the rehearsed cloud", () => {
  const cloud = new TestCloud(32720);
  const ask = asking(cloud);
  const secret = `secretmanager${SECRETS}/one`;
  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager", "monitoring");
    const made = { replication: { automatic: {} }, labels: { a: "b", c: "d" }, annotations: { e: "f" } };
    await cloud.must(`POST secretmanager${SECRETS}?secretId=one`, made);
  });
  after(() => cloud.remove());

  describe("may ask with system parameters", () => {
    it("in either spelling, on every method", async () => {
      for (const parameters of [
        "$alt=json&$prettyPrint=false&$key=k&$.xgafv=2&quotaUser=q&uploadType=x&$userProject=" + PROJECT,
        "alt=json&prettyPrint=false&key=k&%24.xgafv=1&quotaUser=q&upload_protocol=x&$apiVersion=1",
      ])
        expect((await ask({ path: `/${secret}?${parameters}` })).status, parameters).to.equal(200);
    });

    it("and is told of one that is not, or that has another value", async () => {
      for (const [parameter, said] of [
        ["$nothing=1", 'Unknown name "$nothing": Cannot bind query parameter'],
        ["alt=xml", "Invalid value at 'alt' (TYPE_ENUM), \"xml\""],
        ["$prettyPrint=perhaps", "Invalid value at 'pretty_print' (TYPE_BOOL)"],
      ]) {
        const { status, body } = await ask({ path: `/${secret}?${parameter}` });
        expect([status, body.error.message], parameter).to.satisfy(
          ([code, message]: [number, string]) => code === 400 && message.includes(said!),
        );
      }
      for (const format of ["alt=media", "$alt=proto", "callback=f"])
        expect((await ask({ path: `/${secret}?${format}` })).status, format).to.equal(501);
    });

    it("for some fields of the answer alone, by query or header, and for nothing that it does not have", async () => {
      const fields = async (mask: string) => (await ask({ path: `/${secret}?fields=${mask}` })).body as unknown;
      const { name } = await cloud.must(`GET ${secret}`);
      expect(await fields("name")).to.deep.equal({ name });
      expect(await fields("name,labels/a")).to.deep.equal({ name, labels: { a: "b" } });
      expect(await fields("labels(a,c),replication.automatic")).to.deep.equal({
        labels: { a: "b", c: "d" },
        replication: { automatic: {} },
      });
      expect(await fields("*/e")).to.deep.equal({
        ...{ labels: {}, annotations: { e: "f" }, replication: {} },
        ...((await fields("name,etag,createTime")) as object),
      });
      expect((await ask({ path: `/secretmanager${SECRETS}?$fields=secrets(name)` })).body).to.deep.equal({
        secrets: [{ name }],
      });
      const header = await ask({ path: `/${secret}`, headers: { "x-goog-fieldmask": "labels.c" } });
      expect(header.body).to.deep.equal({ labels: { c: "d" } });
      for (const wrong of ["nothing", "name(", "labels)", "replication/nothing", "a,,b", "replication.".repeat(900)]) {
        const { status, body } = await ask({ path: `/${secret}?fields=${wrong}` });
        expect([status, body.error.details[0].fieldViolations[0].description], wrong).to.satisfy(
          ([code, said]: [number, string]) => code === 400 && said.startsWith("Error expanding 'fields' parameter."),
        );
      }
    });

    it("of which a wrong one does nothing", async () => {
      const body = JSON.stringify({ replication: { automatic: {} } });
      const { status } = await ask({
        verb: "POST",
        path: `/secretmanager${SECRETS}?secretId=never&fields=nothing`,
        body,
      });
      expect([status, (await ask({ path: `/secretmanager${SECRETS}/never` })).status]).to.deep.equal([400, 404]);
    });

    it("for an answer in one line", async () => {
      const [pretty, plain] = await Promise.all(
        ["", "?prettyPrint=false"].map((query) => ask({ path: `/${secret}${query}` })),
      );
      expect([pretty!.text.includes("\n  "), plain!.text.includes("\n")]).to.deep.equal([true, false]);
      expect(pretty!.body).to.deep.equal(plain!.body);
    });

    it("and names the project that pays, which has to be this one", async () => {
      const paid = async (project: string) => ask({ path: `/${secret}`, headers: { "x-goog-user-project": project } });
      expect((await paid(PROJECT)).status).to.equal(200);
      const { status, body } = await paid("another");
      expect([status, body.error.details[0].reason]).to.deep.equal([403, "USER_PROJECT_DENIED"]);
    });
  });

  describe("may write values as proto3's JSON mapping allows", () => {
    it("enums by number, which are the messages' own, and gets them back so when it asks", async () => {
      const made = {
        combiner: 1,
        displayName: "numbers",
        conditions: [condition({ perSeriesAligner: 12, crossSeriesReducer: "4" })],
      };
      const policy = await cloud.must(`POST monitoring/v3/projects/${PROJECT}/alertPolicies`, made);
      const aggregation = policy.conditions[0].conditionThreshold.aggregations[0];
      expect([policy.combiner, aggregation.perSeriesAligner, aggregation.crossSeriesReducer]).to.deep.equal([
        ...["AND", "ALIGN_MEAN", "REDUCE_SUM"],
      ]);
      const { body } = await ask({ path: `/monitoring/v3/${policy.name}?%24alt=json%3Benum-encoding%3Dint` });
      expect([body.combiner, body.conditions[0].conditionThreshold.aggregations[0].perSeriesAligner]).to.deep.equal([
        1, 12,
      ]);
      // The fifth name, which is no number of the message's.
      const wrong = { ...made, conditions: [condition({ perSeriesAligner: 5 })] };
      const refused = await cloud.ask(`POST monitoring/v3/projects/${PROJECT}/alertPolicies`, wrong);
      expect([refused.status, refused.body.error.message]).to.deep.equal([
        400,
        "Invalid value at 'alert_policy.conditions[0].condition_threshold.aggregations[0].per_series_aligner' (TYPE_ENUM), 5",
      ]);
    });

    it("bytes for addresses, 64-bit numbers as such, names as in the message", async () => {
      const data = Buffer.from([255, 254, 126, 63, 250]);
      const checksum = { data_crc32c: undefined };
      await cloud.must(`POST ${secret}:addVersion`, { payload: { data: data.toString("base64url"), ...checksum } });
      const { payload } = await cloud.must(`GET ${secret}/versions/latest:access`);
      expect(payload.data).to.equal(data.toString("base64"));
      const patched = await cloud.must(`PATCH ${secret}?update_mask=version_aliases`, { version_aliases: { live: 1 } });
      expect(patched.versionAliases).to.deep.equal({ live: "1" });
    });

    it("and the path's fields in the body too, where they are the same", async () => {
      const parent = `projects/${PROJECT}/secrets/one`;
      const payload = { data: "YQ==" };
      expect((await cloud.must(`POST ${secret}:addVersion`, { parent, payload })).state).to.equal("ENABLED");
      const { status, body } = await cloud.ask(`POST ${secret}:addVersion`, {
        parent: "projects/p/secrets/two",
        payload,
      });
      expect([status, body.error.message]).to.deep.equal([
        400,
        `The binding value ${parent} of the field parent is conflicting with the value "projects/p/secrets/two" in the body.`,
      ]);
      expect((await cloud.ask(`POST ${secret}:addVersion`, { resource: parent, payload })).status).to.equal(400);
    });

    it("and maps that hold nothing", async () => {
      const body = { replication: { automatic: {} }, tags: {}, labels: {} };
      await cloud.must(`POST secretmanager${SECRETS}?secretId=empty`, body);
      await cloud.must(`DELETE secretmanager${SECRETS}/empty`);
    });

    it("but no message that is too deep for a parser", async () => {
      const text = `${'{"labels":'.repeat(20_000)}{}${"}".repeat(20_000)}`;
      const { status, body } = await cloud.ask(`POST secretmanager${SECRETS}?secretId=deep`, text);
      expect([status, body.error.status]).to.deep.equal([400, "INVALID_ARGUMENT"]);
      expect(body.error.message).to.match(/too deep/);
    });
  });

  describe("may send and take what HTTP has", () => {
    it("a packed body, and a packed answer", async () => {
      const body = gzipSync(JSON.stringify({ labels: { long: "x".repeat(60), ...many() } }));
      const headers = { "content-encoding": "gzip", "content-type": "application/json", "accept-encoding": "gzip" };
      const answer = await ask({ verb: "PATCH", path: `/${secret}?updateMask=labels`, headers, body });
      expect([answer.status, answer.headers["content-encoding"]]).to.deep.equal([200, "gzip"]);
      expect(Object.keys(answer.body.labels)).to.have.length(41);
      for (const encoding of ["identity", "gzip;q=0", ""]) {
        const plain = await ask({ path: `/${secret}`, headers: { "accept-encoding": encoding } });
        expect([plain.status, plain.headers["content-encoding"]], encoding).to.deep.equal([200, undefined]);
      }
      const broken = await ask({ verb: "PATCH", path: `/${secret}`, headers, body: "{}" });
      const bomb = gzipSync(Buffer.alloc(40 << 20, " "));
      const bombed = await ask({ verb: "PATCH", path: `/${secret}`, headers, body: bomb });
      expect([broken.status, bombed.status]).to.deep.equal([400, 400]);
    });

    it("another method than it can name", async () => {
      const as = async (verb: string, body: string, type = "application/json", query = "") =>
        ask({
          verb: "POST",
          path: `/${secret}${query}`,
          headers: { "x-http-method-override": verb, "content-type": type },
          body,
        });
      const patched = await as("patch", '{"labels":{"over":"ridden"}}', "application/json", "?updateMask=labels");
      expect([patched.status, patched.body.labels]).to.deep.equal([200, { over: "ridden" }]);
      const got = await as("GET", "fields=labels", "application/x-www-form-urlencoded");
      expect(got.body).to.deep.equal({ labels: { over: "ridden" } });
    });

    it("one connection for all it asks", async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const statuses = [];
      for (let count = 0; count < 3; count++) statuses.push((await ask({ path: `/${secret}`, agent })).status);
      expect([statuses, Object.values(agent.freeSockets).flat().length]).to.deep.equal([[200, 200, 200], 1]);
      agent.destroy();
    });

    it("an escape that is none, and is answered as Google answers", async () => {
      for (const path of ["/%zz", `/secretmanager${SECRETS}/%ff`, `/secretmanager${SECRETS}/%zz`]) {
        const { status, body } = await ask({ path });
        expect([status, body.error.status], path).to.deep.equal([400, "INVALID_ARGUMENT"]);
      }
    });
  });
});

const many = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`label-${index}`, "a-value-of-some-length"]));

const condition = (aggregation: object): object => ({
  displayName: "High",
  conditionThreshold: {
    filter: 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"',
    comparison: 1,
    thresholdValue: 1,
    duration: "60s",
    trigger: { count: 1 },
    aggregations: [{ alignmentPeriod: "60s", ...aggregation }],
  },
});
