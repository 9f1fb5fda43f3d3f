import type { Api, Call } from "../api";
import { nameOf } from "../names";
import { removeNetwork } from "../realise/network";
import type { Resource } from "../store";
import { policyHandlers } from "./policies";
import { deployService, removeService } from "./run/deploy";
import { executeWork, jobReadyWork, jobRunWork, jobStartWork, removeJob } from "./run/execute";
import { getExecution, listExecutions } from "./run/executions";
import { createJob, deleteJob, getJob, jobOfPolicy, listJobs, patchJob, runJob } from "./run/jobs";
import { RunMachine } from "./run/machine";
import { resume } from "./run/resume";
import { getRevision, listRevisions } from "./run/revisions";
import { createService, deleteService, getService, listServices, patchService, serviceOfPolicy } from "./run/services";

const LOCATION = "run.projects.locations";

const operation = (call: Call): Resource => call.operations.get(nameOf(call, call.params["name"] ?? ""));

/**
 * Cloud Run: services, their revisions, jobs and executions, each a container of the image that was pushed.
 * One instance of each revision that has traffic runs, however few or many are asked for.
 */
export const run: Api = {
  name: "run",
  versions: ["v2"],
  service: "run.googleapis.com",
  handlers: {
    [`${LOCATION}.services.create`]: createService,
    [`${LOCATION}.services.get`]: getService,
    [`${LOCATION}.services.list`]: listServices,
    [`${LOCATION}.services.patch`]: patchService,
    [`${LOCATION}.services.delete`]: deleteService,
    ...policyHandlers({ methods: `${LOCATION}.services`, resource: serviceOfPolicy }),
    [`${LOCATION}.services.revisions.get`]: getRevision,
    [`${LOCATION}.services.revisions.list`]: listRevisions,
    [`${LOCATION}.jobs.create`]: createJob,
    [`${LOCATION}.jobs.get`]: getJob,
    [`${LOCATION}.jobs.list`]: listJobs,
    [`${LOCATION}.jobs.patch`]: patchJob,
    [`${LOCATION}.jobs.delete`]: deleteJob,
    [`${LOCATION}.jobs.run`]: runJob,
    ...policyHandlers({ methods: `${LOCATION}.jobs`, resource: jobOfPolicy }),
    [`${LOCATION}.jobs.executions.get`]: getExecution,
    [`${LOCATION}.jobs.executions.list`]: listExecutions,
    [`${LOCATION}.operations.get`]: operation,
    [`${LOCATION}.operations.wait`]: operation,
  },
  works: {
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
  remove: async ({ realise }) => {
    const { docker, prefix } = realise;
    for (const { Id } of await docker.listContainers({ all: true, filters: { name: [`^/${prefix}-run-`] } }))
      await docker.getContainer(Id).remove({ force: true, v: true });
    await removeNetwork(realise);
  },
};
