import { randomInt } from "node:crypto";
import type { Call } from "../../api";
import { alreadyExists, notFound } from "../../errors";
import { lastOf, nameOf } from "../../names";
import { operationId } from "../../operations";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { reconciling } from "./conditions";
import { born, withEtag } from "./resources";
import { typeOf } from "./services";
import { EXECUTIONS, JOBS, type Execution, type Job } from "./shapes";

const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

/** Writes an execution of a job down, and that it is the job's latest. */
export const newExecution = (call: Call, job: Job, id?: string): Execution => {
  const name = `${job.name}/executions/${id ?? `${lastOf(job.name)}-${suffix()}`}`;
  if (call.store.get(EXECUTIONS, name)) throw alreadyExists(`Resource '${lastOf(name)}' already exists.`);
  const execution = withEtag({
    ...born(name),
    observedGeneration: "1",
    job: lastOf(job.name),
    labels: { ...job.template.labels },
    parallelism: 1,
    taskCount: 1,
    template: job.template.template,
    reconciling: true,
    conditions: [reconciling("Completed")],
    logUri: `https://console.cloud.google.com/logs/viewer?project=${call.project.id}&resource=cloud_run_job/job_name/${lastOf(job.name)}`,
  });
  call.store.put(EXECUTIONS, name, execution);
  const latest = { name: lastOf(name), createTime: execution.createTime, completionStatus: "EXECUTION_RUNNING" };
  call.store.put(
    JOBS,
    job.name,
    withEtag({ ...job, executionCount: job.executionCount + 1, latestCreatedExecution: latest }),
  );
  return execution;
};

const suffix = (): string => Array.from({ length: 5 }, () => SUFFIX[randomInt(SUFFIX.length)]).join("");

/** @param of.work which of the works of an execution: what the operation waits for, and what it answers */
export const startExecution = (call: Call, of: { job: Job; execution: Execution; work: string }): Resource => {
  const { execution, job, work } = of;
  const shown = work === "run.execute" ? execution : job;
  return call.operations.start({
    name: `${execution.name.split("/").slice(0, 4).join("/")}/operations/${operationId()}`,
    work,
    input: { name: execution.name },
    metadata: { "@type": typeOf(shown.name), ...shown },
  });
};

export const getExecution = (call: Call): Resource => {
  const name = nameOf(call, call.params["name"] ?? "");
  const execution = call.store.get<Execution>(EXECUTIONS, name);
  if (!execution) throw notFound(`Resource '${lastOf(name)}' of kind 'EXECUTION' does not exist.`);
  return execution;
};

/** The newest first. */
export const listExecutions = (call: Call): Resource =>
  pageOf({
    call,
    key: "executions",
    items: call.store.list<Execution>(EXECUTIONS, `${nameOf(call, call.params["parent"] ?? "")}/executions/`).reverse(),
  });
