import type { Call } from "../../api";
import { badRequest } from "../../errors";
import { withEtag } from "../../etags";
import { refuseSecond } from "../../kept";
import { lastOf } from "../../names";
import { reconciling } from "./conditions";
import { born, suffix } from "./resources";
import { EXECUTIONS, JOBS, type Container, type EnvVar, type Execution, type Job, type TaskTemplate } from "./shapes";

/** What a single run of a job may have otherwise: https://cloud.google.com/run/docs/execute/jobs#override-job-configuration */
export type Overrides = {
  taskCount?: number;
  timeout?: string;
  containerOverrides?: { name?: string; args?: string[]; clearArgs?: boolean; env?: EnvVar[] }[];
};

/** @throws ApiError 400 where it names a container that the job does not have */
export const overridden = (template: TaskTemplate, { timeout, containerOverrides = [] }: Overrides): TaskTemplate => {
  const [container] = template.containers ?? [];
  const strangers = containerOverrides.filter(({ name }) => name && name !== container?.name);
  if (strangers.length > 0)
    throw badRequest({
      field: "overrides.container_overrides.name",
      description: `No container is named ${strangers.map(({ name }) => name).join(", ")}.`,
    });
  const changed = containerOverrides.reduce<Container>((before, { args, clearArgs, env = [] }) => {
    const kept = (before.env ?? []).filter(({ name }) => !env.some((given) => given.name === name));
    return { ...before, env: [...kept, ...env], ...(clearArgs && { args: [] }), ...(args?.length && { args }) };
  }, container ?? {});
  return { ...template, ...(timeout && { timeout }), containers: [changed] };
};

/** Writes an execution of a job down, and that it is the job's latest. */
export const newExecution = (call: Call, job: Job, of: { id?: string; overrides?: Overrides } = {}): Execution => {
  const { id, overrides = {} } = of;
  const { parallelism = 0, taskCount = 1, template, labels } = job.template;
  const tasks = overrides.taskCount || taskCount;
  const name = `${job.name}/executions/${id ?? `${lastOf(job.name)}-${suffix(5)}`}`;
  refuseSecond(call, { kind: EXECUTIONS, name });
  const execution = withEtag({
    ...born(name),
    observedGeneration: "1",
    job: lastOf(job.name),
    labels: { ...labels },
    parallelism: Math.min(parallelism || tasks, tasks),
    taskCount: tasks,
    template: overridden(template, overrides),
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
