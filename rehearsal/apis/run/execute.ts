import { mkdirSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../api";
import { ApiError, failedPrecondition } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf } from "../../names";
import { removeContainer } from "../../realise/containers";
import { runToEnd, TIMED_OUT } from "../../realise/instance";
import { secondsOf } from "../../realise/quantities";
import { failed, succeeded, type Failure } from "./conditions";
import { policyResource, RunMachine } from "./machine";
import { workOn } from "./resources";
import { EXECUTIONS, JOBS, type Execution, type Job } from "./shapes";
import { instanceSpec, NotReady } from "./start-revision";

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
  const { store, realise, grants } = cloud;
  const job = store.get<Job>(JOBS, name);
  for (const execution of store.list<Execution>(EXECUTIONS, `${name}/executions/`))
    await removeContainer(realise.docker, containerName(cloud, execution, retriesOf(execution)));
  store.deleteAll(EXECUTIONS, `${name}/executions/`);
  store.delete(JOBS, name);
  grants.remove(policyResource(name));
  return job ?? {};
});

/** Runs the task until an attempt succeeds or none is left; each that failed is in the execution's log. */
const execute = async (cloud: Cloud, name: string): Promise<Execution> => {
  const execution = cloud.store.get<Execution>(EXECUTIONS, name);
  if (!execution) throw failedPrecondition(`Execution ${lastOf(name)} was deleted meanwhile.`);
  if (execution.completionTime) return execution;
  const started = { ...execution, startTime: execution.startTime ?? new Date().toISOString(), runningCount: 1 };
  cloud.store.put(EXECUTIONS, name, withEtag(started));
  const most = execution.template.maxRetries ?? 3;
  for (let attempt = retriesOf(execution); ; attempt++) {
    const code = await runAttempt(cloud, execution, attempt);
    if (code === 0) return end(cloud, name);
    if (attempt >= most) throw failure(cloud, name, reasonOf(execution, code));
    cloud.store.put(EXECUTIONS, name, withEtag({ ...started, retriedCount: attempt + 1 }));
  }
};

const retriesOf = ({ retriedCount = 0 }: Execution): number => retriedCount;

const runAttempt = async (cloud: Cloud, execution: Execution, attempt: number): Promise<number> => {
  const { docker } = cloud.realise;
  const name = containerName(cloud, execution, attempt);
  const env = {
    CLOUD_RUN_JOB: execution.job,
    CLOUD_RUN_EXECUTION: lastOf(execution.name),
    CLOUD_RUN_TASK_INDEX: "0",
    CLOUD_RUN_TASK_COUNT: "1",
    CLOUD_RUN_TASK_ATTEMPT: String(attempt),
  };
  try {
    const spec = await instanceSpec(cloud, { name, template: execution.template, env });
    if (cloud.faults.take("failing-job", execution.job))
      spec.command = ["sh", "-c", "echo A fault that was asked for; exit 1"];
    const { code, log } = await runToEnd(cloud.realise, spec, secondsOf(execution.template.timeout ?? "600s"));
    keepLog(cloud, execution, log);
    return code;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    throw failure(cloud, execution.name, error.failure, error.status);
  } finally {
    await removeContainer(docker, name);
    RunMachine.of(cloud).forgetIdentity(name);
  }
};

const containerName = ({ realise }: Cloud, { name }: Execution, attempt: number): string =>
  `${realise.prefix}-run-${lastOf(name)}-${attempt}`;

const keepLog = ({ realise }: Cloud, { name }: Execution, log: string): void => {
  const folder = join(realise.folder, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  appendFileSync(join(folder, `${lastOf(name)}.log`), log, { mode: 0o600 });
};

const reasonOf = ({ name }: Execution, code: number): Failure & { message: string } => {
  const cause =
    code === TIMED_OUT
      ? "The configured timeout was reached."
      : `The container exited with an error. (exit code ${code})`;
  const message = `Task ${lastOf(name)}-task0 failed with message: ${cause}`;
  return { message, executionReason: "NON_ZERO_EXIT_CODE" };
};

const failure = (
  cloud: Cloud,
  name: string,
  reason: Failure & { message: string },
  status: ApiError["status"] = "FAILED_PRECONDITION",
): ApiError => {
  end(cloud, name, reason);
  return new ApiError({ status, message: reason.message });
};

const end = ({ store }: Cloud, name: string, failure?: Failure): Execution => {
  const { reconciling: _, runningCount: __, ...execution } = store.get<Execution>(EXECUTIONS, name)!;
  const completionTime = new Date().toISOString();
  const job = store.get<Job>(JOBS, name.split("/executions/")[0]!);
  if (job && job.latestCreatedExecution?.["name"] === lastOf(name)) {
    const completionStatus = failure ? "EXECUTION_FAILED" : "EXECUTION_SUCCEEDED";
    const latest = { ...job.latestCreatedExecution, completionTime, completionStatus };
    store.put(JOBS, job.name, withEtag({ ...job, latestCreatedExecution: latest }));
  }
  return store.put(
    EXECUTIONS,
    name,
    withEtag({
      ...execution,
      completionTime,
      updateTime: completionTime,
      ...(failure ? { failedCount: 1 } : { succeededCount: 1 }),
      conditions: [failure ? failed("Completed", failure) : succeeded("Completed")],
    }),
  );
};

const endJob = ({ store }: Cloud, execution: string, failure?: Failure): Job => {
  const name = execution.split("/executions/")[0]!;
  const { reconciling: _, ...job } = store.get<Job>(JOBS, name)!;
  const terminalCondition = failure ? failed("Ready", failure) : succeeded("Ready");
  return store.put(JOBS, name, withEtag({ ...job, terminalCondition }));
};
