import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../api";
import { ApiError } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf, parentOf } from "../../names";
import { removeContainer, stopContainer } from "../../realise/containers";
import { runToEnd, TIMED_OUT } from "../../realise/instance";
import { secondsOf } from "../../realise/quantities";
import { failed, reconciling, succeeded, type Failure } from "./conditions";
import { requireLive } from "./deleted";
import { RunMachine } from "./machine";
import { born } from "./resources";
import { EXECUTIONS, TASKS, type Execution, type Task } from "./shapes";
import { NotReady } from "./not-ready";
import { instanceSpec } from "./spec";

/** The tasks of an execution, made when it begins. */
export const tasksOf = (cloud: Cloud, execution: Execution): Task[] => {
  const known = cloud.store.list<Task>(TASKS, `${execution.name}/tasks/`);
  if (known.length > 0) return known;
  return Array.from({ length: execution.taskCount ?? 1 }, (_none, index) => {
    const name = `${execution.name}/tasks/${lastOf(execution.name)}-task${index}`;
    const { creator: _, ...own } = born(name);
    const { job, template, observedGeneration } = execution;
    const parent = { job, execution: lastOf(execution.name), index, observedGeneration };
    return keep(cloud, {
      ...own,
      ...template,
      ...parent,
      etag: "",
      reconciling: true,
      conditions: [reconciling("Completed")],
    });
  });
};

type Running = {
  cloud: Cloud;
  execution: Execution;
  task: Task;
  /** Ends the task when another one has failed. */
  signal: AbortSignal;
};

/**
 * Runs a task until an attempt succeeds or none is left; each that failed is in the execution's log.
 * @throws ApiError where it failed for good, or its image or a secret cannot be had
 */
export const runTask = async (of: Running): Promise<void> => {
  const { cloud, execution, signal } = of;
  const startTime = of.task.startTime ?? new Date().toISOString();
  const most = execution.template.maxRetries ?? 3;
  for (let task = keep(cloud, { ...of.task, startTime }); ;) {
    requireLive(cloud, execution.name);
    const exitCode = await runAttempt({ ...of, task }).catch((error: unknown) => {
      throw error instanceof NotReady ? failure({ ...of, task }, error.failure, error.status) : error;
    });
    requireLive(cloud, execution.name);
    const result = { ...task, lastAttemptResult: { exitCode } };
    if (exitCode === 0) return end(cloud, result);
    if (signal.aborted) return cancelTask(cloud, result);
    if (retriesOf(task) >= most) throw failure({ ...of, task: result }, reasonOf(task, exitCode));
    task = keep(cloud, { ...result, retried: retriesOf(task) + 1 });
  }
};

const failure = (
  { cloud, task }: Running,
  reason: Failure & { message: string },
  status: ApiError["status"] = "FAILED_PRECONDITION",
): ApiError => {
  end(cloud, task, reason);
  return new ApiError({ status, message: reason.message });
};

/** Ends a task that another one's failure stopped or kept from beginning. */
export const cancelTask = (cloud: Cloud, task: Task): void =>
  end(cloud, task, { message: "The task has been cancelled.", executionReason: "CANCELLED" });

const isCancelled = ({ conditions: [condition] }: Task): boolean => condition?.executionReason === "CANCELLED";

const hasFailed = (task: Task): boolean => task.conditions[0]?.state === "CONDITION_FAILED" && !isCancelled(task);

/** Why a task of an execution failed for good; undefined where none did. */
export const failureIn = ({ store }: Cloud, execution: string): Failure | undefined => {
  const condition = store.list<Task>(TASKS, `${execution}/tasks/`).find(hasFailed)?.conditions[0];
  if (!condition) return undefined;
  const { type: _, state: __, lastTransitionTime: ___, ...failure } = condition;
  return failure;
};

const retriesOf = ({ retried = 0 }: Task): number => retried;

const end = (cloud: Cloud, { reconciling: _, ...task }: Task, reason?: Failure): void => {
  const completionTime = new Date().toISOString();
  const conditions = [reason ? failed("Completed", reason) : succeeded("Completed")];
  keep(cloud, { ...task, completionTime, updateTime: completionTime, conditions });
};

/** Keeps a task unless its execution is gone, and how that counts its tasks then; proto3 JSON leaves zeros out. */
const keep = ({ store }: Cloud, task: Task): Task => {
  const name = parentOf(task.name);
  const before = store.get<Execution>(EXECUTIONS, name);
  if (!before) return task;
  const kept = store.put(TASKS, task.name, withEtag(task));
  const tasks = store.list<Task>(TASKS, `${name}/tasks/`);
  const number = (which: (one: Task) => unknown): number | undefined => tasks.filter(which).length || undefined;
  const counts = {
    runningCount: number(({ startTime, completionTime }) => startTime && !completionTime),
    succeededCount: number(({ conditions: [condition] }) => condition?.state === "CONDITION_SUCCEEDED"),
    failedCount: number(hasFailed),
    cancelledCount: number(isCancelled),
    retriedCount: number((one) => retriesOf(one) > 0),
    startTime: tasks.find(({ startTime }) => startTime)?.startTime,
  };
  const execution = { ...before, ...counts };
  const set = Object.fromEntries(Object.entries(execution).filter(([, value]) => value !== undefined));
  store.put(EXECUTIONS, name, withEtag(set));
  return kept;
};

const runAttempt = async ({ cloud, execution, task, signal }: Running): Promise<number> => {
  const { docker } = cloud.realise;
  const name = containerOf(cloud, task);
  const env = {
    CLOUD_RUN_JOB: execution.job,
    CLOUD_RUN_EXECUTION: lastOf(execution.name),
    CLOUD_RUN_TASK_INDEX: String(task.index),
    CLOUD_RUN_TASK_COUNT: String(execution.taskCount ?? 1),
    CLOUD_RUN_TASK_ATTEMPT: String(retriesOf(task)),
  };
  const stop = (): void => void stopContainer(docker, name, GRACE_SECONDS).catch(() => undefined);
  try {
    const spec = await instanceSpec(cloud, { name, template: execution.template, env });
    if (cloud.faults.take("failing-job", execution.job))
      spec.command = ["sh", "-c", "echo A fault that was asked for; exit 1"];
    if (signal.aborted) return CANCELLED;
    requireLive(cloud, execution.name);
    signal.addEventListener("abort", stop);
    const { code, log } = await runToEnd(cloud.realise, spec, secondsOf(execution.template.timeout ?? "600s"));
    keepLog(cloud, execution, log);
    return code;
  } finally {
    signal.removeEventListener("abort", stop);
    await removeContainer(docker, name);
    RunMachine.of(cloud).forgetIdentity(name);
  }
};

/** As a shell tells of SIGTERM. */
const CANCELLED = 143;
/** The time between SIGTERM and SIGKILL. */
export const GRACE_SECONDS = 10;

/** The container of a task's present attempt. */
export const containerOf = ({ realise }: Cloud, task: Task): string =>
  `${realise.prefix}-run-${lastOf(task.name)}-${retriesOf(task)}`;

const keepLog = ({ realise }: Cloud, { name }: Execution, log: string): void => {
  const folder = join(realise.folder, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  appendFileSync(join(folder, `${lastOf(name)}.log`), log, { mode: 0o600 });
};

const reasonOf = ({ name }: Task, code: number): Failure & { message: string } => {
  const cause =
    code === TIMED_OUT
      ? "The configured timeout was reached."
      : `The container exited with an error. (exit code ${code})`;
  return { message: `Task ${lastOf(name)} failed with message: ${cause}`, executionReason: "NON_ZERO_EXIT_CODE" };
};
