import { VARIABLES } from "../catalogue/serving-rules";
import type { Duration, Environment, Service, Serving } from "../catalogue/vocabulary";
import type { Settings } from "../settings/schema";

/** How a web service answers requests in one environment, with nothing left to derive. */
export type PlannedServing = {
  processes: number;
  /** Threads of each process. */
  threads: number;
  /** Requests that an instance answers at once: more would only wait inside, where no new instance helps. */
  concurrency: number;
  requestTimeout: Duration;
  /** The time without a sign of life after which gunicorn replaces a process; `0s` is never. */
  workerTimeout: Duration;
  /** Database connections that each process holds at most: its pool's size, or one a thread. */
  connections: number;
  /** Why it has a CPU between requests. */
  cpuAlwaysOn?: { reason: string };
};

export { VARIABLES };

/** The defaults of services/chassis for absent variables. */
export const DEFAULTS = { processes: 2, threads: 4 } as const;

/** A time in seconds. */
export const secondsOf = (duration: Duration): number => Number.parseInt(duration, 10);

type Of = { serving: Serving; pool?: Service["pool"]; environment: Environment };

/** Derives the serving of a service in one environment. */
export const plannedServing = ({ serving, pool, environment }: Of): PlannedServing => {
  const { processes, concurrency, requestTimeout, workerTimeout, cpuAlwaysOn } = serving;
  const threads = concurrency / processes;
  return {
    processes,
    threads,
    concurrency,
    requestTimeout,
    // Where Cloud Run withdraws the CPU between requests, every process looks silent afterwards (decision 12).
    workerTimeout: environment === "production" && !cpuAlwaysOn ? "0s" : workerTimeout,
    connections: pool?.[environment] ?? threads,
    ...(cpuAlwaysOn && { cpuAlwaysOn }),
  };
};

type Variables = Readonly<Record<string, string>>;

/** gunicorn's options as variables. */
export const gunicornVariables = (
  { processes, threads, workerTimeout }: PlannedServing,
  { hotReload }: Pick<Settings, "hotReload">,
): Variables => ({
  [VARIABLES.processes]: String(processes),
  [VARIABLES.threads]: String(threads),
  [VARIABLES.workerTimeout]: String(secondsOf(workerTimeout)),
  [VARIABLES.reload]: hotReload ? "True" : "False",
});

/** The size of a process's pool as a variable, where it keeps one. */
export const poolVariables = ({ pool, environment }: Pick<Of, "pool" | "environment">): Variables =>
  pool === undefined ? {} : { [VARIABLES.pool]: String(pool[environment]) };
