import type { Api } from "../api";
import { getOperation } from "../operations";
import { listing } from "../pages";
import { policyHandlers } from "./policies";
import { cancelExecution, cancelWork } from "./run/cancel";
import { deployService, removeService } from "./run/deploy";
import { executeWork, jobReadyWork, jobRunWork, jobStartWork, removeJob } from "./run/execute";
import { createJob, patchJob, runJob } from "./run/jobs";
import { policyResource, RunMachine } from "./run/machine";
import { rehearsed } from "./run/rehearsed";
import { deleting, find } from "./run/resources";
import { resume } from "./run/resume";
import { createService, patchService, shownService } from "./run/services";
import { EXECUTIONS, JOBS, REVISIONS, SERVICES, TASKS, type Service } from "./run/shapes";

const LOCATION = "run.projects.locations";

/**
 * Cloud Run: services, their revisions, jobs and executions, each a container of the image that was pushed.
 * One instance of each revision that has traffic runs, however few or many are asked for.
 */
export const run: Api = {
  name: "run",
  versions: ["v2"],
  service: "run.googleapis.com",
  rehearsed,
  handlers: {
    [`${LOCATION}.services.create`]: createService,
    [`${LOCATION}.services.get`]: (call) => shownService(call, find(call, SERVICES)),
    [`${LOCATION}.services.list`]: listing<Service>({ kind: SERVICES, shown: shownService }),
    [`${LOCATION}.services.patch`]: patchService,
    [`${LOCATION}.services.delete`]: deleting(SERVICES, "run.delete"),
    ...policyHandlers({
      methods: `${LOCATION}.services`,
      resource: (call) => policyResource(find(call, SERVICES).name),
    }),
    [`${LOCATION}.services.revisions.get`]: (call) => find(call, REVISIONS),
    [`${LOCATION}.services.revisions.list`]: listing({ kind: REVISIONS, newestFirst: true }),
    [`${LOCATION}.jobs.create`]: createJob,
    [`${LOCATION}.jobs.get`]: (call) => find(call, JOBS),
    [`${LOCATION}.jobs.list`]: listing({ kind: JOBS }),
    [`${LOCATION}.jobs.patch`]: patchJob,
    [`${LOCATION}.jobs.delete`]: deleting(JOBS, "run.jobDelete"),
    [`${LOCATION}.jobs.run`]: runJob,
    ...policyHandlers({ methods: `${LOCATION}.jobs`, resource: (call) => policyResource(find(call, JOBS).name) }),
    [`${LOCATION}.jobs.executions.cancel`]: cancelExecution,
    [`${LOCATION}.jobs.executions.get`]: (call) => find(call, EXECUTIONS),
    [`${LOCATION}.jobs.executions.list`]: listing({ kind: EXECUTIONS, newestFirst: true }),
    [`${LOCATION}.jobs.executions.tasks.get`]: (call) => find(call, TASKS),
    [`${LOCATION}.jobs.executions.tasks.list`]: listing({ kind: TASKS }),
    [`${LOCATION}.operations.get`]: getOperation,
    [`${LOCATION}.operations.wait`]: getOperation,
  },
  works: {
    "run.cancel": cancelWork,
    "run.deploy": deployService,
    "run.delete": removeService,
    "run.execute": executeWork,
    "run.jobRun": jobRunWork,
    "run.jobStart": jobStartWork,
    "run.jobReady": jobReadyWork,
    "run.jobDelete": removeJob,
  },
  start: resume,
  stop: (cloud) => RunMachine.of(cloud).closeAll(),
};
