import type { Call } from "../../api";
import { alreadyExists } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf } from "../../names";
import { reconciling } from "./conditions";
import { born, suffix } from "./resources";
import { EXECUTIONS, JOBS, type Execution, type Job } from "./shapes";

/** Writes an execution of a job down, and that it is the job's latest. */
export const newExecution = (call: Call, job: Job, id?: string): Execution => {
  const name = `${job.name}/executions/${id ?? `${lastOf(job.name)}-${suffix(5)}`}`;
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
  const counted = { ...job, executionCount: job.executionCount + 1, latestCreatedExecution: latest };
  call.store.put(JOBS, job.name, withEtag(counted));
  return execution;
};
