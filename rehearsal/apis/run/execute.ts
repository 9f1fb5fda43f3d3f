import type { Cloud } from "../../api";
import { ApiError, failedPrecondition } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf, parentOf } from "../../names";
import { removeContainer, stopContainer } from "../../realise/containers";
import { failed, succeeded, type Failure } from "./conditions";
import { deletedMeanwhile, requireLive } from "./deleted";
import { policyResource } from "./machine";
import { workOn } from "./resources";
import { EXECUTIONS, JOBS, TASKS, type Execution, type Job, type Task } from "./shapes";
import { cancelTask, containerOf, GRACE_SECONDS, failureIn, runTask, tasksOf } from "./tasks";

/** The work of `jobs.run`: it ends with the execution, and fails with it. */
export const executeWork = workOn((cloud, name) => execute(cloud, name));

/** The work of a job with a `runExecutionToken`: it is ready when its execution has succeeded. */
export const jobRunWork = workOn(async (cloud, name) => {
  try {
    await execute(cloud, name);
  } catch (error) {
    if (error instanceof ApiError) endJob(cloud, name, { message: error.message });
    throw error;
  }
  return endJob(cloud, name);
});

/** The work of a job with a `startExecutionToken`: it is ready when its execution has begun, however that ends. */
export const jobStartWork = workOn((cloud, name) => {
  // The job does not wait; a failure is in the execution's own condition.
  void execute(cloud, name).catch(() => undefined);
  return endJob(cloud, name);
});

export const jobReadyWork = workOn(({ store }, name) => store.get<Job>(JOBS, name) ?? {});

export const removeJob = workOn(async (cloud, name) => {
  const { store, grants } = cloud;
  const job = store.get<Job>(JOBS, name);
  for (const execution of store.list<Execution>(EXECUTIONS, `${name}/executions/`)) await forget(cloud, execution);
  store.delete(JOBS, name);
  grants.remove(policyResource(name));
  return job ?? {};
});

export const removeExecution = workOn(async (cloud, name) => {
  const execution = cloud.store.get<Execution>(EXECUTIONS, name);
  if (execution) await forget(cloud, execution);
  return execution ?? {};
});

/** An execution that runs is marked as deleted by now, and starts no other container. */
const forget = async (cloud: Cloud, { name }: Execution): Promise<void> => {
  const { store, realise } = cloud;
  const end = async (container: string): Promise<void> => {
    await stopContainer(realise.docker, container, GRACE_SECONDS);
    await removeContainer(realise.docker, container);
  };
  await Promise.all(store.list<Task>(TASKS, `${name}/tasks/`).map((task) => end(containerOf(cloud, task))));
  store.deleteAll(TASKS, `${name}/tasks/`);
  store.delete(EXECUTIONS, name);
};

/** As many containers as this machine takes at a time; Cloud Run's own bound is the region's. */
const MOST_AT_ONCE = 10;

/**
 * Runs an execution's tasks, as many at a time as it says. One that fails for good ends it: what runs is stopped, and what
 * waits never begins (https://github.com/GoogleCloudPlatform/workflows-demos/issues/40 shows such counts).
 */
const execute = async (cloud: Cloud, name: string): Promise<Execution> => {
  const execution = requireLive(cloud, name);
  if (execution.completionTime) return execution;
  const tasks = tasksOf(cloud, execution);
  const stopping = new AbortController();
  // A server that was stopped before it stopped the others finds it here.
  const before = failureIn(cloud, name);
  if (before) stopping.abort(failedPrecondition(before.message ?? ""));
  const waiting = tasks.filter(({ completionTime }) => !completionTime);
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      if (stopping.signal.aborted) cancelTask(cloud, task);
      else
        await runTask({ cloud, execution, task, signal: stopping.signal }).catch((error: unknown) =>
          stopping.abort(error),
        );
    }
  };
  const atOnce = Math.min(execution.parallelism || MOST_AT_ONCE, MOST_AT_ONCE, waiting.length);
  await Promise.all(Array.from({ length: atOnce }, work));
  const failure = stopping.signal.reason as Error | undefined;
  const outcome = end(cloud, name, failure && (failureIn(cloud, name) ?? { message: failure.message }));
  if (failure) throw failure;
  return outcome;
};

const end = (cloud: Cloud, name: string, failure?: Failure): Execution => {
  const { store } = cloud;
  const { reconciling: _, ...execution } = requireLive(cloud, name);
  const completionTime = new Date().toISOString();
  const job = store.get<Job>(JOBS, parentOf(name));
  if (job && job.latestCreatedExecution?.["name"] === lastOf(name)) {
    const completionStatus = failure ? "EXECUTION_FAILED" : "EXECUTION_SUCCEEDED";
    const latest = { ...job.latestCreatedExecution, completionTime, completionStatus };
    store.put(JOBS, job.name, withEtag({ ...job, latestCreatedExecution: latest }));
  }
  const conditions = [failure ? failed("Completed", failure) : succeeded("Completed")];
  return store.put(
    EXECUTIONS,
    name,
    withEtag({ ...execution, completionTime, updateTime: completionTime, conditions }),
  );
};

const endJob = ({ store }: Cloud, execution: string, failure?: Failure): Job => {
  const name = parentOf(execution);
  const found = store.get<Job>(JOBS, name);
  if (!found) throw deletedMeanwhile("Job", name);
  const { reconciling: _, ...job } = found;
  const terminalCondition = failure ? failed("Ready", failure) : succeeded("Ready");
  return store.put(JOBS, name, withEtag({ ...job, terminalCondition }));
};
