import type { Call } from "../../api";
import { alreadyExists, badRequest, notFound } from "../../errors";
import { applyMask } from "../../masks";
import { lastOf, nameOf } from "../../names";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { reconciling, succeeded } from "./conditions";
import { newExecution, startExecution } from "./executions";
import { OWNER } from "./machine";
import { born, nextGeneration, withEtag, withoutOutputs } from "./resources";
import { checkEtag, startOperation } from "./services";
import { JOBS, type Job } from "./shapes";
import { accountOf, checkTemplate, resourcesOf } from "./template";

const ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** With its token, an execution's name is a DNS label. */
const NAME_LIMIT = 63;

export const createJob = (call: Call): Resource => {
  const id = call.query["jobId"] as string;
  if (!ID.test(id))
    throw badRequest({ field: "job_id", description: `Violation in field job.name: ${id} is not a valid name.` });
  const name = `${nameOf(call, call.params["parent"] ?? "")}/jobs/${id}`;
  if (call.store.get(JOBS, name)) throw alreadyExists(`Resource '${id}' already exists.`);
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
  const name = nameOf(call, call.params["name"] ?? "");
  const job = call.store.get<Job>(JOBS, name);
  if (!job && call.query["allowMissing"] === true) return make(call, name);
  if (!job) throw missing(name);
  checkEtag(call.body["etag"], job);
  const from = withoutOutputs(call.body);
  const changed = applyMask({ mask: call.query["updateMask"] as string, from, to: job }) as Job;
  const next = nextGeneration(job);
  return settle(call, { ...changed, ...next, ...ready(next.generation) }, job);
};

const ready = (observedGeneration: string) => ({
  observedGeneration,
  terminalCondition: succeeded("Ready"),
  conditions: [],
});

/** Checks and keeps a job. A new token makes an execution, and the job ready only with it. */
const settle = (call: Call, job: Job, before?: Job): Resource => {
  checkTemplate(call, job.template.template);
  const token = tokenOf(job);
  const id = token ? `${lastOf(job.name)}-${token.value}` : "";
  if (id.length > NAME_LIMIT) {
    const description = `The name of the execution '${id}' is longer than ${NAME_LIMIT} characters.`;
    throw badRequest({ field: `job.${token?.field}`, description });
  }
  const filled = withEtag({ ...job, template: withDefaults(call, job.template) });
  call.store.put(JOBS, job.name, filled);
  const isNew = token !== undefined && token.value !== (before && tokenOf(before)?.value);
  if (!isNew) return startOperation(call, job.name, "run.jobReady", filled);
  const execution = newExecution(call, filled, id);
  const waiting = withEtag({
    ...call.store.get<Job>(JOBS, job.name)!,
    reconciling: true,
    terminalCondition: reconciling("Ready"),
  });
  call.store.put(JOBS, job.name, waiting);
  return startExecution(call, {
    job: waiting,
    execution,
    work: token.field === "runExecutionToken" ? "run.jobRun" : "run.jobStart",
  });
};

const tokenOf = (job: Job): { field: "runExecutionToken" | "startExecutionToken"; value: string } | undefined => {
  if (job.runExecutionToken) return { field: "runExecutionToken", value: job.runExecutionToken };
  return job.startExecutionToken ? { field: "startExecutionToken", value: job.startExecutionToken } : undefined;
};

const withDefaults = (call: Call, template: Job["template"]): Job["template"] => ({
  taskCount: 1,
  ...template,
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

export const getJob = (call: Call): Resource => findJob(call);

export const listJobs = (call: Call): Resource =>
  pageOf({
    call,
    key: "jobs",
    items: call.store.list<Job>(JOBS, `${nameOf(call, call.params["parent"] ?? "")}/jobs/`),
  });

export const deleteJob = (call: Call): Resource => {
  const job = findJob(call);
  checkEtag(call.query["etag"], job);
  return startOperation(call, job.name, "run.jobDelete", job);
};

/** Starts an execution; the operation ends with it. */
export const runJob = (call: Call): Resource => {
  const job = findJob(call);
  checkEtag(call.body["etag"], job);
  if (call.body["overrides"])
    throw badRequest({ field: "overrides", description: "rehearsal: overrides are not rehearsed yet" });
  const execution = newExecution(call, job);
  return startExecution(call, { job, execution, work: "run.execute" });
};

export const jobResource = (name: string): string => `//run.googleapis.com/${name}`;

export const jobOfPolicy = (call: Call): string => {
  const name = nameOf(call, call.params["resource"] ?? "");
  if (!call.store.get(JOBS, name)) throw missing(name);
  return jobResource(name);
};

const findJob = (call: Call): Job => {
  const name = nameOf(call, call.params["name"] ?? "");
  const job = call.store.get<Job>(JOBS, name);
  if (!job) throw missing(name);
  return job;
};

const missing = (name: string): Error =>
  notFound(
    `Resource '${lastOf(name)}' of kind 'JOB' in region '${name.split("/")[3]}' in project '${name.split("/")[1]}' does not exist.`,
  );
