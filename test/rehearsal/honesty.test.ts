import { expect } from "chai";
import { outcomeOf } from "../../ops/commands/rehearse";
import { placeOf } from "../../ops/rehearsal/place";
import { notRehearsed } from "../../rehearsal/errors";
import { PROJECT, TestCloud } from "./cloud";

describe("a rehearsal that did not do all it was asked", () => {
  const cloud = new TestCloud(32130);
  const place = { ...placeOf({ name: "honest", port: cloud.port }), folder: cloud.folder };
  const secrets = `secretmanager/v1/projects/${PROJECT}/secrets`;
  /** The exit code and the report of a run in which this happens. */
  const outcome = async (happens: () => unknown) => {
    const began = new Date();
    await happens();
    const { code, lines } = await outcomeOf({ place, keep: false, began, code: 0, failures: 0 });
    cloud.rehearsal.report.empty();
    return { code, text: lines.join("\n") };
  };
  const working = (work: () => Promise<never>) => async (): Promise<void> => {
    const { operations } = cloud.rehearsal.cloud;
    operations.begin({ "run.deploy": work });
    operations.start({ name: "projects/p/operations/one", work: "run.deploy", input: {} });
    await operations.settled();
  };

  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager");
  });
  after(() => cloud.remove());

  it("ends well where all was done", async () => {
    expect((await outcome(() => cloud.must(`GET ${secrets}`))).code).to.equal(0);
  });

  it("says what an operation's work does not do", async () => {
    const missing = working(() => Promise.reject(notRehearsed("MySQL is")));
    const { code, text } = await outcome(missing);
    expect(code).to.equal(1);
    expect(text).to.match(
      /Not answered:\n  - WORK projects\/p\/operations\/one: rehearsal: MySQL is not rehearsed yet/,
    );
  });

  it("says what broke in an operation's work", async () => {
    const { code, text } = await outcome(working(() => Promise.reject(new Error("no such volume"))));
    expect(code).to.equal(1);
    expect(text).to.match(
      /Failures of the rehearsal's own:\n  - run\.deploy: Internal error encountered\. \(no such volume\)/,
    );
  });

  it("says what broke in a request", async () => {
    const { store } = cloud.rehearsal.cloud;
    store.put("secretmanager.secrets", `projects/${PROJECT}/secrets/broken`, {});
    const { code, text } = await outcome(async () => {
      expect((await cloud.ask(`GET ${secrets}`)).status).to.equal(500);
    });
    store.delete("secretmanager.secrets", `projects/${PROJECT}/secrets/broken`);
    expect(code).to.equal(1);
    expect(text).to.match(
      /Failures of the rehearsal's own:\n  - secretmanager\.projects\.secrets\.list: Internal error/,
    );
  });

  it("says which field it would have ignored, and makes nothing", async () => {
    const body = { replication: { automatic: {} }, expireTime: "2099-01-01T00:00:00Z" };
    const { code, text } = await outcome(async () => {
      const answer = await cloud.ask(`POST ${secrets}?secretId=short`, body);
      expect([answer.status, answer.body.error.message]).to.deep.equal([
        501,
        "rehearsal: expireTime is not rehearsed yet",
      ]);
    });
    expect(code).to.equal(1);
    expect(text).to.match(/Not answered:\n  - POST \/secretmanager\/\S+: rehearsal: expireTime is not rehearsed yet/);
    expect(await cloud.must(`GET ${secrets}`)).to.deep.equal({});
  });

  it("says which fault met nothing, and is content with one that was met", async () => {
    const { faults } = cloud.rehearsal.cloud;
    const { code, text } = await outcome(() => faults.add({ kind: "never-ready", at: "*reservas*", times: 1 }));
    expect(code).to.equal(1);
    expect(text).to.match(
      /Faults that were asked for and have not happened:\n  - never-ready at \*reservas\*, 1 times/,
    );
    faults.clear();
    const met = await outcome(async () => {
      faults.add({ kind: "error", at: "secretmanager.*.list", times: 2, status: 429 });
      expect((await cloud.ask(`GET ${secrets}`)).status).to.equal(429);
    });
    expect([met.code, /error at secretmanager\.\*\.list, 1 times more/.test(met.text)]).to.deep.equal([0, true]);
    faults.clear();
  });
});
