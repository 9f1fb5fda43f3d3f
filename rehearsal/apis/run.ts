import type { Api } from "../api";
import { found } from "../kept";
import { operationHandlers } from "../operation-handlers";
import { listing } from "../pages";
import { policyHandlers } from "./policies";
import { cancelExecution, cancelWork } from "./run/cancel";
import { deleting, deletingRevision, removeRevision } from "./run/deleted";
import { deployService, removeService } from "./run/deploy";
import { executeWork, jobReadyWork, jobRunWork, jobStartWork, removeExecution, removeJob } from "./run/execute";
import { createJob, patchJob, runJob } from "./run/jobs";
import { policyResource } from "./run/machine";
import { deployPool, removePool } from "./run/deploy-pool";
import { createPool, patchPool } from "./run/pools";
import { rehearsed } from "./run/rehearsed";
import { shownReconciling } from "./run/resources";
import { closeRun, resume } from "./run/resume";
import { createService, patchService } from "./run/services";
import { EXECUTIONS, JOBS, POOLS, REVISIONS, SERVICES, TASKS, type Common } from "./run/shapes";

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
    [`${LOCATION}.services.get`]: (call) => shownReconciling(call, found(call, SERVICES)),
    [`${LOCATION}.services.list`]: listing({ kind: SERVICES, shown: shownReconciling }),
    [`${LOCATION}.services.patch`]: patchService,
    [`${LOCATION}.services.delete`]: deleting(SERVICES, "run.delete"),
    ...policyHandlers({
      methods: `${LOCATION}.services`,
      resource: (call) => policyResource(found<Common>(call, SERVICES).name),
    }),
    [`${LOCATION}.services.revisions.delete`]: deletingRevision,
    [`${LOCATION}.services.revisions.get`]: (call) => found(call, REVISIONS),
    [`${LOCATION}.services.revisions.list`]: listing({ kind: REVISIONS, newestFirst: true }),
    [`${LOCATION}.workerPools.create`]: createPool,
    [`${LOCATION}.workerPools.get`]: (call) => shownReconciling(call, found(call, POOLS)),
    [`${LOCATION}.workerPools.list`]: listing({ kind: POOLS, shown: shownReconciling }),
    [`${LOCATION}.workerPools.patch`]: patchPool,
    [`${LOCATION}.workerPools.delete`]: deleting(POOLS, "run.deletePool"),
    ...policyHandlers({
      methods: `${LOCATION}.workerPools`,
      resource: (call) => policyResource(found<Common>(call, POOLS).name),
    }),
    [`${LOCATION}.workerPools.revisions.delete`]: deletingRevision,
    [`${LOCATION}.workerPools.revisions.get`]: (call) => found(call, REVISIONS),
    [`${LOCATION}.workerPools.revisions.list`]: listing({ kind: REVISIONS, newestFirst: true }),
    [`${LOCATION}.jobs.create`]: createJob,
    [`${LOCATION}.jobs.get`]: (call) => found(call, JOBS),
    [`${LOCATION}.jobs.list`]: listing({ kind: JOBS }),
    [`${LOCATION}.jobs.patch`]: patchJob,
    [`${LOCATION}.jobs.delete`]: deleting(JOBS, "run.jobDelete"),
    [`${LOCATION}.jobs.run`]: runJob,
    ...policyHandlers({
      methods: `${LOCATION}.jobs`,
      resource: (call) => policyResource(found<Common>(call, JOBS).name),
    }),
    [`${LOCATION}.jobs.executions.cancel`]: cancelExecution,
    [`${LOCATION}.jobs.executions.delete`]: deleting(EXECUTIONS, "run.deleteExecution"),
    [`${LOCATION}.jobs.executions.get`]: (call) => found(call, EXECUTIONS),
    [`${LOCATION}.jobs.executions.list`]: listing({ kind: EXECUTIONS, newestFirst: true }),
    [`${LOCATION}.jobs.executions.tasks.get`]: (call) => found(call, TASKS),
    [`${LOCATION}.jobs.executions.tasks.list`]: listing({ kind: TASKS }),
    ...operationHandlers(`${LOCATION}.operations`, ["delete", "get", "list", "wait"]),
  },
  works: {
    "run.cancel": cancelWork,
    "run.deploy": deployService,
    "run.delete": removeService,
    "run.deployPool": deployPool,
    "run.deleteExecution": removeExecution,
    "run.deletePool": removePool,
    "run.deleteRevision": removeRevision,
    "run.execute": executeWork,
    "run.jobRun": jobRunWork,
    "run.jobStart": jobStartWork,
    "run.jobReady": jobReadyWork,
    "run.jobDelete": removeJob,
  },
  start: resume,
  stop: closeRun,
};
