import { expect } from "chai";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Identity } from "../../rehearsal/realise/identity";
import { eventually } from "../e2e/project";
import { CALLER, JOBS, LOCATION, furnishedCloud, writing } from "./scheduler/cloud";

describe("a job of the rehearsed Cloud Scheduler", () => {
  const cloud = furnishedCloud(32792);

  it("runs a job now as its account, which needs the right to what it calls", async () => {
    await cloud.create("writes", { httpTarget: writing() });
    const before = await cloud.calls();
    await cloud.must(`POST ${JOBS}/writes:run`, {});
    const failed = await cloud.tried("writes", ({ status }) => status?.code !== undefined);
    expect(failed.status).to.deep.equal({
      code: 7,
      message: "URL_ERROR-ERROR_OTHER. Original HTTP response code number = 403",
    });
    expect(failed.lastAttemptTime).to.match(/^2026-11-29T10:00:30/);
    const { denied } = cloud.rehearsal.report.summary();
    expect(denied.at(-1)?.demands?.map(({ permission }) => permission)).to.deep.equal(["secretmanager.versions.add"]);
    await cloud.allow("roles/secretmanager.admin");
    await cloud.must(`POST ${JOBS}/writes:run`, {});
    const done = await cloud.tried("writes", ({ status }) => status !== undefined && status.code === undefined);
    expect([done.status, await cloud.calls()]).to.deep.equal([{}, before + 1]);
    await cloud.allow();
  });

  it("starts a job of Cloud Run at Google's address of it, with run.jobs.run alone", async () => {
    const name = `${LOCATION}/jobs/report`;
    const template = { template: { containers: [{ image: "i" }] } };
    cloud.rehearsal.cloud.store.put("run.jobs", name, { name, template, executionCount: 0, conditions: [] });
    const uri = `https://europe-west1-run.googleapis.com/v2/${name}:run`;
    await cloud.create("starts", { httpTarget: { uri, oauthToken: { serviceAccountEmail: CALLER } } });
    await cloud.must(`POST ${JOBS}/starts:run`, {});
    await cloud.tried("starts", ({ status }) => status?.code === 7);
    const bindings = [{ role: "roles/run.invoker", members: [`serviceAccount:${CALLER}`] }];
    await cloud.must(`POST run/v2/${name}:setIamPolicy`, { policy: { bindings } });
    await cloud.must(`POST ${JOBS}/starts:run`, {});
    await cloud.tried("starts", ({ status }) => status !== undefined && status.code === undefined);
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
      await cloud.create("visits", {
        httpTarget: { uri: `${own}/tick?a=b`, httpMethod: "PUT", headers: { "X-A": "b" }, oidcToken },
      });
      cloud.clock.goTo("2026-11-29T10:01:00Z");
      await cloud.tried("visits", ({ status }) => status !== undefined);
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
    await cloud.allow("roles/secretmanager.admin");
    cloud.clock.goTo("2026-11-29T11:00:30Z");
    await cloud.create("ticks", { schedule: "*/5 * * * *", httpTarget: writing() });
    await cloud.create("sleeps", { httpTarget: writing() });
    await cloud.must(`POST ${JOBS}/sleeps:pause`, {});
    const before = await cloud.calls();
    cloud.clock.goTo("2026-11-29T11:04:59Z");
    expect(cloud.clock.waiting).to.equal(1);
    cloud.clock.goTo("2026-11-29T11:05:00Z");
    await cloud.tried("ticks", ({ scheduleTime }) => scheduleTime === "2026-11-29T11:10:00Z");
    expect(await cloud.calls()).to.equal(before + 1);
    // A call that comes after the next time, as one does that lasted too long, is followed by one call at once.
    cloud.clock.goTo("2026-11-29T11:33:10Z");
    await cloud.tried("ticks", ({ scheduleTime }) => scheduleTime === "2026-11-29T11:35:00Z");
    expect(await cloud.calls()).to.equal(before + 3);
    expect(await cloud.get("sleeps")).to.not.have.any.keys("lastAttemptTime", "status", "scheduleTime");
    await cloud.must(`POST ${JOBS}/ticks:pause`, {});
    cloud.clock.goTo("2026-11-29T11:50:00Z");
    expect([cloud.clock.waiting, await cloud.calls()]).to.deep.equal([0, before + 3]);
    await cloud.allow();
  });

  it("tries a failed call again as its settings say, and then waits for the next time", async () => {
    await cloud.allow();
    cloud.clock.goTo("2026-11-29T12:00:30Z");
    const retryConfig = { retryCount: 2, minBackoffDuration: "10s" };
    await cloud.create("fails", { schedule: "0 * * * *", httpTarget: writing(), retryConfig });
    for (const [now, next] of [
      ["2026-11-29T13:00:00Z", "2026-11-29T13:00:10Z"],
      ["2026-11-29T13:00:10Z", "2026-11-29T13:00:30Z"],
      ["2026-11-29T13:00:30Z", "2026-11-29T14:00:00Z"],
    ] as const) {
      cloud.clock.goTo(now);
      const { status } = await cloud.tried("fails", ({ scheduleTime }) => scheduleTime === next);
      expect(status.code).to.equal(7);
    }
  });

  it("goes on after a restart of the server, in the middle of its retries too", async () => {
    await cloud.allow();
    cloud.clock.goTo("2026-11-29T15:00:30Z");
    const retryConfig = { retryCount: 1, minBackoffDuration: "30s" };
    await cloud.create("lasts", { schedule: "0 * * * *", httpTarget: writing(), retryConfig });
    await cloud.create("misses", { schedule: "0 * * * *", httpTarget: writing() });
    await cloud.must(`POST ${JOBS}/misses:pause`, {});
    cloud.clock.goTo("2026-11-29T16:00:00Z");
    await cloud.tried("lasts", ({ scheduleTime }) => scheduleTime === "2026-11-29T16:00:30Z");
    await cloud.must(`POST ${JOBS}/misses:resume`, {});
    await cloud.close();
    expect(cloud.clock.waiting).to.equal(0);
    await cloud.open();
    await eventually(
      () => cloud.get("lasts"),
      ({ name }) => name !== undefined,
    );
    await cloud.allow("roles/secretmanager.admin");
    const before = await cloud.calls();
    cloud.clock.goTo("2026-11-29T16:00:30Z");
    const done = await cloud.tried("lasts", ({ scheduleTime }) => scheduleTime === "2026-11-29T17:00:00Z");
    expect([done.status, await cloud.calls()]).to.deep.equal([{}, before + 1]);
    await cloud.close();
    // A whole night without a server.
    cloud.clock.goTo("2026-11-30T06:30:00Z");
    await cloud.open();
    await eventually(
      () => cloud.get("misses"),
      ({ scheduleTime }) => scheduleTime === "2026-11-30T07:00:00Z",
    );
    expect(await cloud.calls()).to.equal(before + 1);
    await cloud.allow();
  });

  it("answers as Google describes it, and without a fault of its own", () => {
    const { ownViolations, broken } = cloud.rehearsal.report.summary();
    expect([ownViolations, broken]).to.deep.equal([[], []]);
  });
});
