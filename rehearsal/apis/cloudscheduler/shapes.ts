import type { Resource } from "../../store";

export const JOBS = "cloudscheduler.jobs";

/** The parts of a job that the rehearsal reads: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs */
export type Job = Resource & {
  name: string;
  schedule: string;
  timeZone: string;
  state: "ENABLED" | "PAUSED";
  attemptDeadline: string;
  retryConfig: RetryConfig;
  httpTarget: HttpTarget;
  lastAttemptTime?: string;
  /** Of the next attempt; a paused job has none. */
  scheduleTime?: string;
  status?: Status;
};

/** How often and when an attempt that failed is made again; durations are such as "5s". */
export type RetryConfig = {
  retryCount?: number;
  maxRetryDuration: string;
  minBackoffDuration: string;
  maxBackoffDuration: string;
  maxDoublings: number;
};

export type HttpTarget = {
  uri: string;
  httpMethod: string;
  headers?: Record<string, string>;
  /** In base64. */
  body?: string;
  oauthToken?: { serviceAccountEmail?: string; scope?: string };
  oidcToken?: { serviceAccountEmail?: string; audience?: string };
};

/** What came of the last attempt; without a code it went well. */
export type Status = { code?: number; message?: string };
