import type { Api, Call, Cloud, Handler } from "../api";
import { failedPrecondition } from "../errors";
import { found, refuseSecond } from "../kept";
import { locationHandlers } from "../locations";
import { patched } from "../masks";
import { listing } from "../pages";
import type { Resource } from "../store";
import { checked, newName } from "./cloudscheduler/check";
import { machineClock, type Clock } from "./cloudscheduler/clock";
import { withDefaults } from "./cloudscheduler/defaults";
import { Runs } from "./cloudscheduler/runs";
import { JOBS, type Job } from "./cloudscheduler/shapes";
import { perCloud } from "./per-cloud";

/** https://cloud.google.com/scheduler/docs/reference/rest */
const METHODS = "cloudscheduler.projects.locations.jobs";

type RunsOf = (cloud: Cloud) => Runs;

const create =
  (runsOf: RunsOf): Handler =>
  (call) => {
    const name = newName(call);
    refuseSecond(call, { kind: JOBS, name });
    return settled(call, runsOf, { ...call.body, name });
  };

const patch =
  (runsOf: RunsOf): Handler =>
  (call) =>
    settled(call, runsOf, patched(call, find(call)));

/** Checks a job, fills in what is left out, and plans its calls anew. */
const settled = (call: Call, runsOf: RunsOf, job: Parameters<typeof checked>[1]): Resource =>
  runsOf(call).plan({ ...withDefaults(checked(call, job)), userUpdateTime: new Date().toISOString() });

const remove =
  (runsOf: RunsOf): Handler =>
  (call) => {
    runsOf(call).remove(find(call).name);
    return {};
  };

/** The reference page says that a job must be enabled to be paused. */
const pause =
  (runsOf: RunsOf): Handler =>
  (call) => {
    const job = find(call);
    if (job.state !== "ENABLED")
      throw failedPrecondition(`Job ${job.name} is ${job.state}: a job must be ENABLED to be paused.`);
    return runsOf(call).plan({ ...job, state: "PAUSED" });
  };

/** One that is enabled may be resumed, whatever the page says: Terraform's provider does so after each create (resource_cloud_scheduler_job.go). */
const resume =
  (runsOf: RunsOf): Handler =>
  (call) => {
    const job = find(call);
    return job.state === "ENABLED" ? job : runsOf(call).plan({ ...job, state: "ENABLED" });
  };

const run =
  (runsOf: RunsOf): Handler =>
  (call) => {
    runsOf(call).now(find(call).name);
    return find(call);
  };

const find = (call: Call): Job => found<Job>(call, JOBS);

/** Cloud Scheduler by a clock: jobs are called at their times, by HTTP, where their target is of the rehearsed cloud itself. */
export const schedulerBy = (clock: Clock): Api => {
  const runs = perCloud((cloud) => new Runs(cloud, clock));
  return {
    name: "cloudscheduler",
    versions: ["v1"],
    service: "cloudscheduler.googleapis.com",
    rehearsed: {
      fields: {
        Job: ["attemptDeadline", "description", "httpTarget", "name", "retryConfig", "schedule", "timeZone"],
      },
    },
    handlers: {
      [`${METHODS}.create`]: create(runs.of),
      [`${METHODS}.get`]: find,
      [`${METHODS}.list`]: listing({ kind: JOBS }),
      [`${METHODS}.patch`]: patch(runs.of),
      [`${METHODS}.delete`]: remove(runs.of),
      [`${METHODS}.pause`]: pause(runs.of),
      [`${METHODS}.resume`]: resume(runs.of),
      [`${METHODS}.run`]: run(runs.of),
      ...locationHandlers("cloudscheduler.projects.locations"),
    },
    start: (cloud) => Promise.resolve(runs.of(cloud).start()),
    stop: (cloud) => {
      runs.of(cloud).stop();
      runs.forget(cloud);
      return Promise.resolve();
    },
  };
};

export const cloudscheduler: Api = schedulerBy(machineClock);
