import { expect } from "chai";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { LoadedApi } from "../../rehearsal/api";
import { loadApis } from "../../rehearsal/apis";
import { schedulerBy } from "../../rehearsal/apis/cloudscheduler";
import { accountToken } from "../../rehearsal/callers";
import { Identity } from "../../rehearsal/realise/identity";
import { eventually } from "../e2e/project";
import { PROJECT, TestCloud } from "./cloud";
import { HandClock } from "./scheduler/hand-clock";

const LOCATION = `projects/${PROJECT}/locations/europe-west1`;
const JOBS = `cloudscheduler/v1/${LOCATION}/jobs`;
const SECRET = `projects/${PROJECT}/secrets/key`;
const CALLER = `night-caller@${PROJECT}.iam.gserviceaccount.com`;

describe("rehearsed Cloud Scheduler", () => {
  const cloud = new TestCloud(32790);
  const clock = new HandClock(new Date("2026-11-29T10:00:30Z"));

  /** The rehearsal's APIs with the test's clock; a job of Cloud Run runs without an engine. */
  const apis = (): LoadedApi[] =>
    loadApis().map((api) => {
      if (api.name === "cloudscheduler") return { ...schedulerBy(clock), documents: api.documents };
      return api.name === "run" ? { ...api, works: { ...api.works, "run.execute": () => Promise.resolve({}) } } : api;
    });

  const job = (id: string, more: object = {}) => ({
    name: `${LOCATION}/jobs/${id}`,
    schedule: "* * * * *",
    httpTarget: { uri: `${cloud.rehearsal.cloud.url}/serviceusage/v1/projects/${PROJECT}/services`, httpMethod: "GET" },
    ...more,
  });
  /** A target that writes down each call: a version of a secret, by the account of the job. */
  const writing = (more: object = {}) => ({
    uri: `https://secretmanager.googleapis.com/v1/${SECRET}:addVersion`,
    headers: { "Content-Type": "application/json" },
    body: Buffer.from(JSON.stringify({ payload: { data: "YQ==" } })).toString("base64"),
    oauthToken: { serviceAccountEmail: CALLER },
    ...more,
  });
  const calls = async (): Promise<number> =>
    ((await cloud.must(`GET secretmanager/v1/${SECRET}/versions`)).versions ?? []).length;
  const create = (id: string, more: object = {}): Promise<any> => cloud.must(`POST ${JOBS}`, job(id, more));
  const get = (id: string): Promise<any> => cloud.must(`GET ${JOBS}/${id}`);
  /** The job after an attempt whose outcome fits. */
  const tried = (id: string, fits: (job: any) => boolean): Promise<any> => eventually(() => get(id), fits, 5);
  const allow = (role: string): Promise<any> =>
    cloud.must(`POST secretmanager/v1/${SECRET}:setIamPolicy`, {
      policy: { bindings: role ? [{ role, members: [`serviceAccount:${CALLER}`] }] : [] },
    });

  before(async () => {
    await cloud.open(apis());
    cloud.enable("cloudscheduler", "secretmanager", "iam", "run");
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "night-caller" });
    await cloud.must(`POST secretmanager/v1/projects/${PROJECT}/secrets?secretId=key`, {
      replication: { automatic: {} },
    });
  });
  afterEach(async () => {
    for (const { name } of (await cloud.must(`GET ${JOBS}`)).jobs ?? [])
      await cloud.must(`DELETE cloudscheduler/v1/${name}`);
    expect(clock.waiting).to.equal(0);
  });
  after(() => {
    // Nothing was made with an engine.
    cloud.rehearsal.cloud.store.put("serviceusage.enabled", "run.googleapis.com", { enabled: false });
    return cloud.remove();
  });

  it("makes, reads, lists, changes and removes a job, with Google's defaults", async () => {
    const made = await create("nightly");
    const { userUpdateTime, ...rest } = made;
    expect(userUpdateTime).to.match(/\.\d{6}Z$/);
    expect(rest).to.deep.equal({
      ...job("nightly"),
      timeZone: "UTC",
      state: "ENABLED",
      attemptDeadline: "180s",
      scheduleTime: "2026-11-29T10:01:00Z",
      retryConfig: {
        ...{ maxRetryDuration: "0s", minBackoffDuration: "5s", maxBackoffDuration: "3600s", maxDoublings: 5 },
      },
      httpTarget: { ...job("").httpTarget, headers: { "User-Agent": "Google-Cloud-Scheduler" } },
    });
    expect(await get("nightly")).to.deep.equal(made);
    expect((await cloud.must(`GET ${JOBS}`)).jobs).to.deep.equal([made]);
    const changed = await cloud.must(`PATCH ${JOBS}/nightly?updateMask=schedule,timeZone`, {
      schedule: "0 9 * * 1",
      timeZone: "Europe/Madrid",
    });
    expect(changed).to.deep.include({ scheduleTime: "2026-11-30T08:00:00Z", httpTarget: made.httpTarget });
    const replaced = await cloud.must(`PATCH ${JOBS}/nightly`, job("nightly", { description: "all of it" }));
    expect(replaced).to.deep.include({ timeZone: "UTC", scheduleTime: "2026-11-29T10:01:00Z" });
    await cloud.must(`DELETE ${JOBS}/nightly`);
    expect((await cloud.ask(`GET ${JOBS}/nightly`)).status).to.equal(404);
    expect((await cloud.must(`POST ${JOBS}`, { ...job(""), name: undefined })).name).to.match(/\/jobs\/\d+$/);
  });

  it("refuses what Google refuses, in its words where they are known", async () => {
    await create("nightly");
    for (const [status, words, more] of [
      [409, `Job ${LOCATION}/jobs/nightly already exists.`, { name: `${LOCATION}/jobs/nightly` }],
      [400, "Schedule or time zone is invalid.", { schedule: "at night" }],
      [400, "Schedule or time zone is invalid.", { timeZone: "Europe/Nowhere" }],
      [400, "Schedule or time zone is invalid.", { schedule: undefined }],
      [
        ...([
          400,
          'Job name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/jobs/<JOB_ID>".',
        ] as const),
        { name: "nightly" },
      ],
      [400, "Required field 'job.target' is not set.", { httpTarget: undefined }],
    ] as const) {
      const { status: answered, body } = await cloud.ask(`POST ${JOBS}`, job("other", more));
      expect([answered, body.error.message]).to.deep.equal([status, words]);
    }
    const stateOf = async (verb: string) => {
      const { status, body } = await cloud.ask(`POST ${JOBS}/nightly:${verb}`, {});
      return [status, body.error?.status ?? body.state];
    };
    expect(await stateOf("resume")).to.deep.equal([400, "FAILED_PRECONDITION"]);
    expect(await stateOf("pause")).to.deep.equal([200, "PAUSED"]);
    expect(await get("nightly")).to.not.have.property("scheduleTime");
    expect(await stateOf("pause")).to.deep.equal([400, "FAILED_PRECONDITION"]);
    expect(await stateOf("resume")).to.deep.equal([200, "ENABLED"]);
    expect((await get("nightly")).scheduleTime).to.equal("2026-11-29T10:01:00Z");
  });

  it("says what is not rehearsed: other targets, other machines, App Engine's schedules", async () => {
    const pubsubTarget = { topicName: `projects/${PROJECT}/topics/t`, data: "YQ==" };
    const service = { uri: "http://web-1.europe-west1.run.localhost:4000", urls: ["http://web.run.localhost:4000"] };
    cloud.rehearsal.cloud.store.put("run.services", `${LOCATION}/services/web`, service);
    for (const [words, more] of [
      [/pubsubTarget is not rehearsed/, { pubsubTarget, httpTarget: undefined }],
      [
        /the call of https:\/\/example\.com\/, which is not of this cloud,/,
        { httpTarget: { uri: "https://example.com/" } },
      ],
      [/the call of http:\/\/127\.0\.0\.1:1\/,/, { httpTarget: { uri: "http://127.0.0.1:1/" } }],
      [/the call of https:\/\/compute\.googleapis\.com\//, { httpTarget: { uri: "https://compute.googleapis.com/" } }],
      [
        /an OAuth token for http:\/\/web\.run\.localhost:4000\/, which is no API's,/,
        { httpTarget: { uri: "http://web.run.localhost:4000/", oauthToken: { serviceAccountEmail: CALLER } } },
      ],
      [/App Engine's syntax are not rehearsed/, { schedule: "every 5 minutes" }],
    ] as const) {
      const { status, body } = await cloud.ask(`POST ${JOBS}`, job("other", more));
      expect([status, body.error.status]).to.deep.equal([501, "UNIMPLEMENTED"]);
      expect(body.error.message).to.match(words);
    }
    cloud.rehearsal.cloud.store.delete("run.services", `${LOCATION}/services/web`);
  });

  it("asks who makes a job for the use of its account, at a change too", async () => {
    const token = accountToken({ token: cloud.token, account: CALLER });
    const policy = `cloudresourcemanager/v1/projects/${PROJECT}`;
    const bindings = [{ role: "roles/cloudscheduler.admin", members: [`serviceAccount:${CALLER}`] }];
    await cloud.must(`POST ${policy}:setIamPolicy`, { policy: { bindings } });
    const refused = `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${CALLER}" (or the resource may not exist).`;
    const asked = await cloud.ask(`POST ${JOBS}`, job("theirs", { httpTarget: writing() }), token);
    expect([asked.status, asked.body.error.message]).to.deep.equal([403, refused]);
    expect((await cloud.ask(`POST ${JOBS}`, job("theirs"), token)).status).to.equal(200);
    const changed = await cloud.ask(`PATCH ${JOBS}/theirs?updateMask=httpTarget`, { httpTarget: writing() }, token);
    expect(changed.status).to.equal(403);
    const nobody = {
      httpTarget: writing({ oauthToken: { serviceAccountEmail: `no@${PROJECT}.iam.gserviceaccount.com` } }),
    };
    expect((await cloud.ask(`POST ${JOBS}`, job("other", nobody))).status).to.equal(403);
    await cloud.must(`POST ${policy}:setIamPolicy`, { policy: { bindings: [] } });
    expect((await cloud.ask(`POST ${JOBS}/theirs:run`, {}, token)).status).to.equal(403);
  });

  it("runs a job now as its account, which needs the right to what it calls", async () => {
    await create("writes", { httpTarget: writing() });
    const before = await calls();
    await cloud.must(`POST ${JOBS}/writes:run`, {});
    const failed = await tried("writes", ({ status }) => status?.code !== undefined);
    expect(failed.status).to.deep.equal({
      code: 7,
      message: "URL_ERROR-ERROR_OTHER. Original HTTP response code number = 403",
    });
    expect(failed.lastAttemptTime).to.match(/^2026-11-29T10:00:30/);
    const { denied } = cloud.rehearsal.report.summary();
    expect(denied.at(-1)?.demands?.map(({ permission }) => permission)).to.deep.equal(["secretmanager.versions.add"]);
    await allow("roles/secretmanager.admin");
    await cloud.must(`POST ${JOBS}/writes:run`, {});
    const done = await tried("writes", ({ status }) => status !== undefined && status.code === undefined);
    expect([done.status, await calls()]).to.deep.equal([{}, before + 1]);
    await allow("");
  });

  it("starts a job of Cloud Run at Google's address of it, with run.jobs.run alone", async () => {
    const name = `${LOCATION}/jobs/report`;
    const template = { template: { containers: [{ image: "i" }] } };
    cloud.rehearsal.cloud.store.put("run.jobs", name, { name, template, executionCount: 0, conditions: [] });
    const uri = `https://europe-west1-run.googleapis.com/v2/${name}:run`;
    await create("starts", { httpTarget: { uri, oauthToken: { serviceAccountEmail: CALLER } } });
    await cloud.must(`POST ${JOBS}/starts:run`, {});
    await tried("starts", ({ status }) => status?.code === 7);
    const bindings = [{ role: "roles/run.invoker", members: [`serviceAccount:${CALLER}`] }];
    await cloud.must(`POST run/v2/${name}:setIamPolicy`, { policy: { bindings } });
    await cloud.must(`POST ${JOBS}/starts:run`, {});
    await tried("starts", ({ status }) => status !== undefined && status.code === undefined);
    expect((await cloud.must(`GET run/v2/${name}`)).executionCount).to.equal(1);
    for (const kind of ["run.jobs", "run.executions", "run.tasks"]) cloud.rehearsal.cloud.store.deleteAll(kind, "");
  });

  it("calls a service of Cloud Run as its account, by an identity token for its audience", async () => {
    const heard: IncomingMessage[] = [];
    const server: Server = createServer((request, response) => (heard.push(request), response.writeHead(204).end()));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    const own = `http://web-1.europe-west1.run.localhost:${port}`;
    cloud.rehearsal.cloud.store.put("run.services", `${LOCATION}/services/web`, { uri: own, urls: [own] });
    try {
      const oidcToken = { serviceAccountEmail: CALLER, audience: own };
      await create("visits", {
        httpTarget: { uri: `${own}/tick?a=b`, httpMethod: "PUT", headers: { "X-A": "b" }, oidcToken },
      });
      clock.goTo("2026-11-29T10:01:00Z");
      await tried("visits", ({ status }) => status !== undefined);
      const [{ method, url, headers }] = heard as [IncomingMessage];
      expect([method, url, heard.length]).to.deep.equal(["PUT", "/tick?a=b", 1]);
      expect(headers).to.include({
        ...{ "x-a": "b", "user-agent": "Google-Cloud-Scheduler", "x-cloudscheduler": "true" },
        ...{ "x-cloudscheduler-jobname": "visits", "x-cloudscheduler-scheduletime": "2026-11-29T10:01:00Z" },
      });
      const bearer = await new Identity(cloud.folder).verify(headers.authorization?.slice(7) ?? "", [own]);
      expect(bearer).to.deep.equal({ email: CALLER, audience: own });
      expect(headers.authorization).to.not.include(cloud.token);
    } finally {
      server.close();
      cloud.rehearsal.cloud.store.delete("run.services", `${LOCATION}/services/web`);
    }
  });

  it("calls a job at its times, and a paused one never", async () => {
    await allow("roles/secretmanager.admin");
    clock.goTo("2026-11-29T11:00:30Z");
    await create("ticks", { schedule: "*/5 * * * *", httpTarget: writing() });
    await create("sleeps", { httpTarget: writing() });
    await cloud.must(`POST ${JOBS}/sleeps:pause`, {});
    const before = await calls();
    clock.goTo("2026-11-29T11:04:59Z");
    expect(clock.waiting).to.equal(1);
    clock.goTo("2026-11-29T11:05:00Z");
    await tried("ticks", ({ scheduleTime }) => scheduleTime === "2026-11-29T11:10:00Z");
    expect(await calls()).to.equal(before + 1);
    // A call that comes after the next time, as one does that lasted too long, is followed by one call at once.
    clock.goTo("2026-11-29T11:33:10Z");
    await tried("ticks", ({ scheduleTime }) => scheduleTime === "2026-11-29T11:35:00Z");
    expect(await calls()).to.equal(before + 3);
    expect(await get("sleeps")).to.not.have.any.keys("lastAttemptTime", "status", "scheduleTime");
    await cloud.must(`POST ${JOBS}/ticks:pause`, {});
    clock.goTo("2026-11-29T11:50:00Z");
    expect([clock.waiting, await calls()]).to.deep.equal([0, before + 3]);
    await allow("");
  });

  it("tries a failed call again as its settings say, and then waits for the next time", async () => {
    await allow("");
    clock.goTo("2026-11-29T12:00:30Z");
    const retryConfig = { retryCount: 2, minBackoffDuration: "10s" };
    await create("fails", { schedule: "0 * * * *", httpTarget: writing(), retryConfig });
    for (const [now, next] of [
      ["2026-11-29T13:00:00Z", "2026-11-29T13:00:10Z"],
      ["2026-11-29T13:00:10Z", "2026-11-29T13:00:30Z"],
      ["2026-11-29T13:00:30Z", "2026-11-29T14:00:00Z"],
    ] as const) {
      clock.goTo(now);
      const { status } = await tried("fails", ({ scheduleTime }) => scheduleTime === next);
      expect(status.code).to.equal(7);
    }
  });

  it("goes on after a restart of the server, in the middle of its retries too", async () => {
    await allow("");
    clock.goTo("2026-11-29T15:00:30Z");
    const retryConfig = { retryCount: 1, minBackoffDuration: "30s" };
    await create("lasts", { schedule: "0 * * * *", httpTarget: writing(), retryConfig });
    await create("misses", { schedule: "0 * * * *", httpTarget: writing() });
    await cloud.must(`POST ${JOBS}/misses:pause`, {});
    clock.goTo("2026-11-29T16:00:00Z");
    await tried("lasts", ({ scheduleTime }) => scheduleTime === "2026-11-29T16:00:30Z");
    await cloud.must(`POST ${JOBS}/misses:resume`, {});
    await cloud.close();
    expect(clock.waiting).to.equal(0);
    await cloud.open(apis());
    await eventually(
      () => get("lasts"),
      ({ name }) => name !== undefined,
    );
    await allow("roles/secretmanager.admin");
    const before = await calls();
    clock.goTo("2026-11-29T16:00:30Z");
    const done = await tried("lasts", ({ scheduleTime }) => scheduleTime === "2026-11-29T17:00:00Z");
    expect([done.status, await calls()]).to.deep.equal([{}, before + 1]);
    await cloud.close();
    // A whole night without a server.
    clock.goTo("2026-11-30T06:30:00Z");
    await cloud.open(apis());
    await eventually(
      () => get("misses"),
      ({ scheduleTime }) => scheduleTime === "2026-11-30T07:00:00Z",
    );
    expect(await calls()).to.equal(before + 1);
    await allow("");
  });

  it("answers as Google describes it, and without a fault of its own", () => {
    const { ownViolations, broken } = cloud.rehearsal.report.summary();
    expect([ownViolations, broken]).to.deep.equal([[], []]);
  });
});
