/** The messages between the dashboard's server and its page, as JSON in server-sent events and answers. */
import type { CloudPicture } from "./cloud/messages";

/**
 * `gone`: its container does not exist; `done` and `failed`: a job that ran to its end; `elsewhere`: not a container
 * of this engine; `idle`: a job that has never run.
 */
export type Status =
  | "healthy"
  | "running"
  | "starting"
  | "unhealthy"
  | "restarting"
  | "stopped"
  | "gone"
  | "done"
  | "failed"
  | "elsewhere"
  | "idle";

/** A service, job or datastore. */
export type Part = {
  /** `leads/web`. */
  id: string;
  system: string;
  name: string;
  /** `web`, `worker`, `scheduler`, `job`, or a datastore's engine. */
  kind: string;
  description: string;
  container: string;
  /** The name of its service, pool, job or server on Google Cloud. */
  resource?: string;
  status: Status;
  /** More about the status: `exit code 137`. */
  detail?: string;
  url?: string;
  image?: string;
  /** ISO 8601, of its last start and end. */
  startedAt?: string;
  finishedAt?: string;
  restarts?: number;
  /** Names of environment variables; never values. */
  env: readonly string[];
  /** Processors. */
  cpuLimit?: number;
  /** MiB. */
  memoryLimit?: number;
};

/** A part and one that must be up or done before it. */
export type Edge = { from: string; to: string };

export type SystemPicture = {
  name: string;
  title: string;
  /** Shared networks it takes part in, as `leads/service_network`. */
  networks: readonly string[];
};

/** Everything about the stack that is neither a log nor a figure. */
export type Picture = {
  stack: string;
  /** Whether it runs in Docker: the commands behind the buttons work on nothing else. */
  inDocker: boolean;
  systems: readonly SystemPicture[];
  parts: readonly Part[];
  edges: readonly Edge[];
  /** What its cloud says, of a stack on one. */
  cloud?: CloudPicture;
  /** The error of an engine that does not answer, so that the picture may be old. */
  trouble?: string;
};

/** One look at every running container. */
export type Sample = {
  /** The time in seconds since 1970. */
  at: number;
  /** The figures of each part: CPU in percent of one processor, memory in MiB. */
  values: Readonly<Record<string, readonly [cpu: number, memory: number]>>;
};

/** A printed line; the time is the engine's, RFC 3339. */
export type LogLine = readonly [part: string, time: string, text: string];

export type LogBatch = {
  lines: readonly LogLine[];
  /** Lines that were printed faster than the page took them, and are not shown. */
  dropped: number;
};

export const ACTIONS = ["restart", "migrate", "snapshot"] as const;
export type ActionName = (typeof ACTIONS)[number];

/** A button that was pressed, and what its command printed. */
export type ActionState = {
  id: number;
  action: ActionName;
  /** A part's id, a system's name, or nothing: the whole stack. */
  target?: string;
  /** The command line, as a person would type it. */
  command: string;
  lines: readonly string[];
  /** Absent while it runs. */
  exitCode?: number;
};
