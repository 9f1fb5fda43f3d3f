import { secondsOf } from "../../realise/quantities";
import type { RetryConfig } from "./shapes";

/** One execution of a job: the first attempt and those after it. */
export type Execution = {
  /** When it was due; all its attempts tell their target the same. */
  scheduleTime: string;
  /** When its first attempt began. */
  began: string;
  /** How many attempts have failed. */
  failed: number;
};

/**
 * When an execution is tried again; undefined where it is not. Where its number and its duration are both limited, it is tried
 * until both limits are reached.
 */
export const retryAt = ({ execution, config, now }: Retrying): Date | undefined => {
  const { retryCount = 0, maxRetryDuration } = config;
  const elapsed = now.getTime() - Date.parse(execution.began);
  const isLeft = execution.failed <= retryCount || elapsed < secondsOf(maxRetryDuration) * 1000;
  return isLeft ? new Date(now.getTime() + backoffSeconds(config, execution.failed) * 1000) : undefined;
};

type Retrying = { execution: Execution; config: RetryConfig; now: Date };

/**
 * How long the n-th retry waits: the wait doubles `maxDoublings` times, then grows by the last of these, up to the longest
 * (https://cloud.google.com/scheduler/docs/configuring/retry-jobs#max-doublings).
 */
export const backoffSeconds = (config: Omit<RetryConfig, "maxRetryDuration">, retry: number): number => {
  const doublings = Math.min(retry - 1, config.maxDoublings);
  const steps = Math.max(retry - config.maxDoublings, 1);
  const wait = secondsOf(config.minBackoffDuration) * 2 ** doublings * steps;
  return Math.min(wait, secondsOf(config.maxBackoffDuration));
};
