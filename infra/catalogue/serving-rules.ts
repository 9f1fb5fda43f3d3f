import type { Problem } from "../problems";
import type { Service } from "./vocabulary";

type Broken = Pick<Problem, "message" | "cure"> & { field: string };

/** gunicorn takes as many at most (services/chassis/chassis/gunicorn_conf.py). */
const MOST_PROCESSES = 64;
/** Cloud Run's most for an instance (2026-11-28). */
const MOST_CONCURRENCY = 1000;
/** Cloud Run's most for a request, in seconds (2026-11-28). */
const MOST_SECONDS = 3600;
/** A pool takes as many at most (services/chassis/chassis/databases.py). */
const MOST_POOL = 100;

/** The variables that the plan derives from `port`, `serving` and `pool`; services/chassis reads them. */
export const VARIABLES = {
  port: "PORT",
  processes: "GUNICORN_WORKERS",
  threads: "GUNICORN_THREADS",
  workerTimeout: "GUNICORN_TIMEOUT",
  reload: "GUNICORN_RELOAD",
  pool: "DATABASE_POOL_SIZE",
} as const;

/** What is wrong with how a service serves, and with the variables that say so. */
export const servingProblems = (path: string, service: Service): Problem[] =>
  [...(service.kind === "web" ? brokenServing(service.serving) : []), ...brokenPool(service), ...derived(service)].map(
    ({ field, message, cure }) => ({ path: `catalogue: ${path}.${field}`, message, cure }),
  );

const brokenServing = ({
  processes,
  concurrency,
  requestTimeout,
  workerTimeout,
}: Extract<Service, { kind: "web" }>["serving"]): Broken[] => [
  ...outside({ field: "serving.processes", value: processes, most: MOST_PROCESSES }),
  ...outside({ field: "serving.concurrency", value: concurrency, most: MOST_CONCURRENCY }),
  ...(concurrency % processes === 0
    ? []
    : [
        {
          field: "serving.concurrency",
          message: `${concurrency} requests cannot be shared equally by ${processes} processes; allowed: a multiple of ${processes}`,
          cure: `write ${Math.max(1, Math.round(concurrency / processes)) * processes}`,
        },
      ]),
  ...outsideTime({ field: "serving.requestTimeout", value: requestTimeout, least: 1 }),
  ...outsideTime({ field: "serving.workerTimeout", value: workerTimeout, least: 0 }),
];

const brokenPool = ({ pool }: Service): Broken[] =>
  Object.entries(pool ?? {}).flatMap(([environment, value]) =>
    outside({ field: `pool.${environment}`, value, most: MOST_POOL }),
  );

const derived = ({ env }: Service): Broken[] =>
  Object.keys(env)
    .filter((name) => Object.values<string>(VARIABLES).includes(name))
    .map((name) => ({
      field: `env.${name}`,
      message: "is derived from port, serving and pool",
      cure: "take it out and say it there",
    }));

const outside = ({ field, value, most }: { field: string; value: number; most: number }): Broken[] =>
  Number.isInteger(value) && value >= 1 && value <= most
    ? []
    : [{ field, message: `${value} is out of range; allowed: 1 to ${most}`, cure: "write a whole number" }];

const outsideTime = ({ field, value, least }: { field: string; value: string; least: number }): Broken[] => {
  const seconds = /^\d+s$/.test(value) ? Number.parseInt(value, 10) : Number.NaN;
  return seconds >= least && seconds <= MOST_SECONDS
    ? []
    : [
        {
          field,
          message: `${value} is no time; allowed: whole seconds from ${least}s to ${MOST_SECONDS}s, as 60s`,
          cure: "write it in seconds",
        },
      ];
};
