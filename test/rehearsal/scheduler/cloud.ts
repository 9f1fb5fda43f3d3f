import { expect } from "chai";
import type { LoadedApi } from "../../../rehearsal/api";
import { loadApis } from "../../../rehearsal/apis";
import { schedulerBy } from "../../../rehearsal/apis/cloudscheduler";
import { eventually } from "../../e2e/project";
import { PROJECT, TestCloud } from "../cloud";
import { HandClock } from "./hand-clock";

export const LOCATION = `projects/${PROJECT}/locations/europe-west1`;
export const JOBS = `cloudscheduler/v1/${LOCATION}/jobs`;
export const SECRET = `projects/${PROJECT}/secrets/key`;
export const CALLER = `night-caller@${PROJECT}.iam.gserviceaccount.com`;

type Body = Record<string, any>;

/** A rehearsed cloud whose Cloud Scheduler goes by a clock of the test's, with an account and a secret. */
export class SchedulerCloud extends TestCloud {
  readonly clock = new HandClock(new Date("2026-11-29T10:00:30Z"));

  /** A job of Cloud Run runs without an engine. */
  override open(): Promise<void> {
    const apis = loadApis().map((api): LoadedApi => {
      if (api.name === "cloudscheduler") return { ...schedulerBy(this.clock), documents: api.documents };
      return api.name === "run" ? { ...api, works: { ...api.works, "run.execute": () => Promise.resolve({}) } } : api;
    });
    return super.open(apis);
  }

  async furnish(): Promise<void> {
    this.enable("cloudscheduler", "secretmanager", "iam", "run");
    await this.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "night-caller" });
    const secrets = `secretmanager/v1/projects/${PROJECT}/secrets`;
    await this.must(`POST ${secrets}?secretId=key`, { replication: { automatic: {} } });
  }

  override remove(): Promise<void> {
    // Nothing was made with an engine.
    this.rehearsal.cloud.store.put("serviceusage.enabled", "run.googleapis.com", { enabled: false });
    return super.remove();
  }

  /** What makes a job that reads; `more` takes the place of its fields. */
  job(id: string, more: Body = {}): Body {
    const uri = `${this.rehearsal.cloud.url}/serviceusage/v1/projects/${PROJECT}/services`;
    const httpTarget = { uri, httpMethod: "GET" };
    return { name: `${LOCATION}/jobs/${id}`, schedule: "* * * * *", httpTarget, ...more };
  }

  create(id: string, more: Body = {}): Promise<any> {
    return this.must(`POST ${JOBS}`, this.job(id, more));
  }

  get(id: string): Promise<any> {
    return this.must(`GET ${JOBS}/${id}`);
  }

  /** The job after an attempt whose outcome fits. */
  tried(id: string, fits: (job: any) => boolean): Promise<any> {
    return eventually(() => this.get(id), fits, 5);
  }

  /** How often the target `writing` was called. */
  async calls(): Promise<number> {
    return ((await this.must(`GET secretmanager/v1/${SECRET}/versions`)).versions ?? []).length;
  }

  /** Gives the account of the jobs this role on the secret, and takes every other from it. */
  async allow(role?: string): Promise<void> {
    const bindings = role ? [{ role, members: [`serviceAccount:${CALLER}`] }] : [];
    await this.must(`POST secretmanager/v1/${SECRET}:setIamPolicy`, { policy: { bindings } });
  }

  async removeJobs(): Promise<void> {
    for (const { name } of (await this.must(`GET ${JOBS}`)).jobs ?? [])
      await this.must(`DELETE cloudscheduler/v1/${name}`);
  }
}

/** A target that writes down each call: a version of a secret, by the account of the job. */
export const writing = (more: Body = {}): Body => ({
  uri: `https://secretmanager.googleapis.com/v1/${SECRET}:addVersion`,
  headers: { "Content-Type": "application/json" },
  body: Buffer.from(JSON.stringify({ payload: { data: "YQ==" } })).toString("base64"),
  oauthToken: { serviceAccountEmail: CALLER },
  ...more,
});

/** A cloud for the tests of a `describe`, each of which finds it without jobs. */
export const furnishedCloud = (port: number): SchedulerCloud => {
  const cloud = new SchedulerCloud(port);
  before(async () => {
    await cloud.open();
    await cloud.furnish();
  });
  afterEach(async () => {
    await cloud.removeJobs();
    expect(cloud.clock.waiting).to.equal(0);
  });
  after(() => cloud.remove());
  return cloud;
};
