import type { Call } from "../../api";
import { OWNER } from "../../callers";
import { badRequest, notRehearsed } from "../../errors";
import { withEtag } from "../../etags";
import { checkEtag, found, refuseSecond } from "../../kept";
import { patched } from "../../masks";
import { lastOf, nameIn, parentIn } from "../../names";
import { lineage } from "../../rights/demands";
import type { Resource } from "../../store";
import { reconciling, succeeded } from "./conditions";
import { newExecution, type Overrides } from "./executions";
import { born, findToPatch, nextGeneration, startOperation, withoutOutputs } from "./resources";
import { JOBS, type Job } from "./shapes";
import { accountOf, checkTemplate, resourcesOf } from "./template";

const ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** An execution's name, which ends with the token, has to be a DNS label. */
const NAME_LIMIT = 63;

export const createJob = (call: Call): Resource => {
  const id = call.query["jobId"] as string;
  if (!ID.test(id))
    throw badRequest({ field: "job_id", description: `Violation in field job.name: ${id} is not a valid name.` });
  const name = `${parentIn(call)}/jobs/${id}`;
  refuseSecond(call, { kind: JOBS, name });
  return make(call, name);
};

const make = (call: Call, name: string): Resource => {
  const job = {
    executionCount: 0,
    ...withoutOutputs(call.body),
    ...born(name),
    lastModifier: OWNER,
    launchStage: call.body["launchStage"] ?? "GA",
  };
  return settle(call, { ...job, ...ready("1") } as unknown as Job);
};

export const patchJob = (call: Call): Resource => {
  const job = findToPatch<Job>(call, JOBS);
  if (!job) return make(call, nameIn(call));
  const changed = patched(call, job, withoutOutputs(call.body));
  const next = nextGeneration(job);
  return settle(call, { launchStage: "GA", ...changed, ...next, ...ready(next.generation) }, job);
};

const ready = (observedGeneration: string) => ({
  observedGeneration,
  terminalCondition: succeeded("Ready"),
  conditions: [],
});

/** Each task is a container of this machine's; Cloud Run takes up to 10,000. */
const MOST_TASKS = 100;

/** @throws ApiError 400 or 501 */
const checkTasks = (count = 1): void => {
  if (count < 0) {
    const description = "Violation in field job.template.task_count: must be greater than or equal to 0.";
    throw badRequest({ field: "job.template.task_count", description });
  }
  if (count > MOST_TASKS) throw notRehearsed(`more than ${MOST_TASKS} tasks of a job are`);
};

/** Checks and keeps a job. A new token makes an execution, and the job ready only with it. */
const settle = (call: Call, job: Job, before?: Job): Resource => {
  checkTemplate(call, job.template.template);
  checkTasks(job.template.taskCount);
  const token = tokenOf(job);
  const id = token ? `${lastOf(job.name)}-${token.value}` : "";
  if (id.length > NAME_LIMIT) {
    const description = `The name of the execution '${id}' is longer than ${NAME_LIMIT} characters.`;
    throw badRequest({ field: `job.${token?.field}`, description });
  }
  const filled = withEtag({ ...job, template: withDefaults(call, job.template) });
  call.store.put(JOBS, job.name, filled);
  const isNew = token !== undefined && token.value !== (before && tokenOf(before)?.value);
  if (!isNew) return startOperation(call, { work: "run.jobReady", resource: filled });
  const execution = newExecution(call, filled, { id });
  const waiting = withEtag({
    ...call.store.get<Job>(JOBS, job.name)!,
    reconciling: true,
    terminalCondition: reconciling("Ready"),
  });
  call.store.put(JOBS, job.name, waiting);
  const work = token.field === "runExecutionToken" ? "run.jobRun" : "run.jobStart";
  return startOperation(call, { work, resource: waiting, name: execution.name });
};

const tokenOf = (job: Job): { field: "runExecutionToken" | "startExecutionToken"; value: string } | undefined => {
  if (job.runExecutionToken) return { field: "runExecutionToken", value: job.runExecutionToken };
  return job.startExecutionToken ? { field: "startExecutionToken", value: job.startExecutionToken } : undefined;
};

const withDefaults = (call: Call, template: Job["template"]): Job["template"] => ({
  ...template,
  taskCount: template.taskCount || 1,
  template: {
    timeout: "600s",
    maxRetries: 3,
    ...template.template,
    serviceAccount: accountOf(call, template.template),
    containers: (template.template.containers ?? []).map((container) => ({
      ...container,
      resources: resourcesOf(container),
    })),
  },
});

/** Starts an execution; the operation ends with it. */
export const runJob = (call: Call): Resource => {
  const job = found<Job>(call, JOBS);
  checkEtag(call, call.body["etag"], job);
  const overrides = call.body["overrides"] as Overrides | undefined;
  if (!overrides) return startOperation(call, { work: "run.execute", resource: newExecution(call, job) });
  const resources = lineage({ service: "run.googleapis.com", name: job.name, project: call.project });
  call.demand({ permission: "run.jobs.runWithOverrides", resources });
  checkTasks(overrides.taskCount);
  return startOperation(call, { work: "run.execute", resource: newExecution(call, job, { overrides }) });
};
