import { expect } from "chai";
import { accountToken } from "../../rehearsal/callers";
import { PROJECT } from "./cloud";
import { CALLER, JOBS, LOCATION, furnishedCloud, writing } from "./scheduler/cloud";

describe("rehearsed Cloud Scheduler", () => {
  const cloud = furnishedCloud(32790);

  it("makes, reads, lists, changes and removes a job, with Google's defaults", async () => {
    const made = await cloud.create("nightly");
    const { userUpdateTime, ...rest } = made;
    expect(userUpdateTime).to.match(/\.\d{6}Z$/);
    expect(rest).to.deep.equal({
      ...cloud.job("nightly"),
      timeZone: "UTC",
      state: "ENABLED",
      attemptDeadline: "180s",
      scheduleTime: "2026-11-29T10:01:00Z",
      retryConfig: {
        ...{ maxRetryDuration: "0s", minBackoffDuration: "5s", maxBackoffDuration: "3600s", maxDoublings: 5 },
      },
      httpTarget: { ...cloud.job("").httpTarget, headers: { "User-Agent": "Google-Cloud-Scheduler" } },
    });
    expect(await cloud.get("nightly")).to.deep.equal(made);
    expect((await cloud.must(`GET ${JOBS}`)).jobs).to.deep.equal([made]);
    const changed = await cloud.must(`PATCH ${JOBS}/nightly?updateMask=schedule,timeZone`, {
      schedule: "0 9 * * 1",
      timeZone: "Europe/Madrid",
    });
    expect(changed).to.deep.include({ scheduleTime: "2026-11-30T08:00:00Z", httpTarget: made.httpTarget });
    const replaced = await cloud.must(`PATCH ${JOBS}/nightly`, cloud.job("nightly", { description: "all of it" }));
    expect(replaced).to.deep.include({ timeZone: "UTC", scheduleTime: "2026-11-29T10:01:00Z" });
    await cloud.must(`DELETE ${JOBS}/nightly`);
    expect((await cloud.ask(`GET ${JOBS}/nightly`)).status).to.equal(404);
    expect((await cloud.must(`POST ${JOBS}`, { ...cloud.job(""), name: undefined })).name).to.match(/\/jobs\/\d+$/);
  });

  it("refuses what Google refuses, in its words where they are known", async () => {
    await cloud.create("nightly");
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
      const { status: answered, body } = await cloud.ask(`POST ${JOBS}`, cloud.job("other", more));
      expect([answered, body.error.message]).to.deep.equal([status, words]);
    }
    const stateOf = async (verb: string) => {
      const { status, body } = await cloud.ask(`POST ${JOBS}/nightly:${verb}`, {});
      return [status, body.error?.status ?? body.state];
    };
    expect(await stateOf("resume")).to.deep.equal([200, "ENABLED"]);
    expect(await stateOf("pause")).to.deep.equal([200, "PAUSED"]);
    expect(await cloud.get("nightly")).to.not.have.property("scheduleTime");
    expect(await stateOf("pause")).to.deep.equal([400, "FAILED_PRECONDITION"]);
    expect(await stateOf("resume")).to.deep.equal([200, "ENABLED"]);
    expect((await cloud.get("nightly")).scheduleTime).to.equal("2026-11-29T10:01:00Z");
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
      const { status, body } = await cloud.ask(`POST ${JOBS}`, cloud.job("other", more));
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
    const asked = await cloud.ask(`POST ${JOBS}`, cloud.job("theirs", { httpTarget: writing() }), token);
    expect([asked.status, asked.body.error.message]).to.deep.equal([403, refused]);
    expect((await cloud.ask(`POST ${JOBS}`, cloud.job("theirs"), token)).status).to.equal(200);
    const changed = await cloud.ask(`PATCH ${JOBS}/theirs?updateMask=httpTarget`, { httpTarget: writing() }, token);
    expect(changed.status).to.equal(403);
    const nobody = {
      httpTarget: writing({ oauthToken: { serviceAccountEmail: `no@${PROJECT}.iam.gserviceaccount.com` } }),
    };
    expect((await cloud.ask(`POST ${JOBS}`, cloud.job("other", nobody))).status).to.equal(403);
    await cloud.must(`POST ${policy}:setIamPolicy`, { policy: { bindings: [] } });
    expect((await cloud.ask(`POST ${JOBS}/theirs:run`, {}, token)).status).to.equal(403);
  });

  it("answers as Google describes it, and without a fault of its own", () => {
    const { ownViolations, broken } = cloud.rehearsal.report.summary();
    expect([ownViolations, broken]).to.deep.equal([[], []]);
  });
});
