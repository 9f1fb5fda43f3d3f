import type { Api } from "../api";
import { getOperation } from "../operations";
import { listing } from "../pages";
import { policyHandlers } from "./policies";
import { cancelExecution, cancelWork } from "./run/cancel";
import { deployService, removeService } from "./run/deploy";
import { executeWork, jobReadyWork, jobRunWork, jobStartWork, removeJob } from "./run/execute";
import { createJob, patchJob, runJob } from "./run/jobs";
import { policyResource } from "./run/machine";
import { deployPool, removePool } from "./run/deploy-pool";
import { createPool, patchPool } from "./run/pools";
import { rehearsed } from "./run/rehearsed";
import { deleting, find, shownReconciling } from "./run/resources";
import { closeRun, resume } from "./run/resume";
import { createService, patchService } from "./run/services";
import { EXECUTIONS, JOBS, POOLS, REVISIONS, SERVICES, TASKS } from "./run/shapes";

const LOCATION = "run.projects.locations";

/**
 * Cloud Run: services with as many instances as their requests want, worker pools, and jobs with their executions, each a
 * container of the image that was pushed.
 */
export const run: Api = {
  name: "run",
  versions: ["v2", "v1"],
  service: "run.googleapis.com",
  rehearsed,
  handlers: {
    [`${LOCATION}.services.create`]: createService,
    [`${LOCATION}.services.get`]: (call) => shownReconciling(call, find(call, SERVICES)),
    [`${LOCATION}.services.list`]: listing({ kind: SERVICES, shown: shownReconciling }),
    [`${LOCATION}.services.patch`]: patchService,
    [`${LOCATION}.services.delete`]: deleting(SERVICES, "run.delete"),
    ...policyHandlers({
      methods: `${LOCATION}.services`,
      resource: (call) => policyResource(find(call, SERVICES).name),
    }),
    [`${LOCATION}.services.revisions.get`]: (call) => find(call, REVISIONS),
    [`${LOCATION}.services.revisions.list`]: listing({ kind: REVISIONS, newestFirst: true }),
    [`${LOCATION}.workerPools.create`]: createPool,
    [`${LOCATION}.workerPools.get`]: (call) => shownReconciling(call, find(call, POOLS)),
    [`${LOCATION}.workerPools.list`]: listing({ kind: POOLS, shown: shownReconciling }),
    [`${LOCATION}.workerPools.patch`]: patchPool,
    [`${LOCATION}.workerPools.delete`]: deleting(POOLS, "run.deletePool"),
    ...policyHandlers({
      methods: `${LOCATION}.workerPools`,
      resource: (call) => policyResource(find(call, POOLS).name),
    }),
    [`${LOCATION}.workerPools.revisions.get`]: (call) => find(call, REVISIONS),
    [`${LOCATION}.workerPools.revisions.list`]: listing({ kind: REVISIONS, newestFirst: true }),
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
    "run.deployPool": deployPool,
    "run.deletePool": removePool,
    "run.execute": executeWork,
    "run.jobRun": jobRunWork,
    "run.jobStart": jobStartWork,
    "run.jobReady": jobReadyWork,
    "run.jobDelete": removeJob,
  },
  start: resume,
  stop: closeRun,
};
