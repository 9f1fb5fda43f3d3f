import { when, type Problem } from "../problems";
import type { Background, Service, Serving, Web } from "./vocabulary";

/** The most that services/chassis/chassis/gunicorn_conf.py takes. */
const MOST_PROCESSES = 64;
/** Cloud Run's most for an instance (2026-11-28). */
const MOST_CONCURRENCY = 1000;
/** Cloud Run's most for a request, in seconds (2026-11-28). */
const MOST_SECONDS = 3600;
/** As many as fleet:maxInstances allows a web service. */
const MOST_INSTANCES = 100;
/** The most that services/chassis/chassis/databases.py takes. */
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

/** The problems of how a service serves, and of variables that would override it. */
export const servingProblems = (path: string, service: Service): Problem[] => [
  ...(service.kind === "web"
    ? [...webProblems(`${path}.serving`, service.serving), ...scalingProblems(path, service)]
    : []),
  ...(service.kind === "worker" || service.kind === "scheduler" ? instanceProblems(path, service) : []),
  ...Object.entries(service.pool ?? {}).flatMap(([environment, value]) =>
    rangeProblems({ path: `${path}.pool.${environment}`, value, most: MOST_POOL }),
  ),
  ...Object.keys(service.env)
    .filter((name) => Object.values<string>(VARIABLES).includes(name))
    .map((name) => ({
      path: `${path}.env.${name}`,
      message: "is derived from port, serving and pool",
      cure: "take it out and say it there",
    })),
];

const webProblems = (
  path: string,
  { processes, concurrency, requestTimeout, workerTimeout, cpuAlwaysOn }: Serving,
): Problem[] => [
  ...rangeProblems({ path: `${path}.processes`, value: processes, most: MOST_PROCESSES }),
  ...rangeProblems({ path: `${path}.concurrency`, value: concurrency, most: MOST_CONCURRENCY }),
  ...when(concurrency % processes !== 0, {
    path: `${path}.concurrency`,
    message: `${concurrency} requests cannot be shared equally by ${processes} processes; allowed: a multiple of ${processes}`,
    cure: `write ${Math.max(1, Math.round(concurrency / processes)) * processes}`,
  }),
  ...timeProblems({ path: `${path}.requestTimeout`, value: requestTimeout, least: 1 }),
  ...timeProblems({ path: `${path}.workerTimeout`, value: workerTimeout, least: 0 }),
  ...when(cpuAlwaysOn?.reason.trim() === "", {
    path: `${path}.cpuAlwaysOn.reason`,
    message: "is empty; allowed: what works between requests, in a sentence",
    cure: "write it, or take cpuAlwaysOn out",
  }),
];

/** The bounds of its instances; the stack's fleet:maxInstances may lower both. */
const scalingProblems = (path: string, { scaling }: Web): Problem[] => {
  if (scaling === undefined) return [];
  const { min, max } = scaling;
  return [
    ...rangeProblems({ path: `${path}.scaling.max`, value: max, most: MOST_INSTANCES }),
    ...when(!(Number.isInteger(min) && min >= 0 && min <= max), {
      path: `${path}.scaling.min`,
      message: `${min} is out of range; allowed: 0 to ${max}, its max`,
      cure: "write a whole number",
    }),
  ];
};

const instanceProblems = (path: string, { kind, instances = 1 }: Background): Problem[] => [
  ...rangeProblems({ path: `${path}.instances`, value: instances, most: MOST_INSTANCES }),
  ...when(kind === "scheduler" && instances !== 1, {
    path: `${path}.instances`,
    message: `${instances} schedulers hand out no more than one, and pay for ${instances}`,
    cure: "take it out",
  }),
];

const rangeProblems = ({ path, value, most }: { path: string; value: number; most: number }): Problem[] =>
  when(!(Number.isInteger(value) && value >= 1 && value <= most), {
    path,
    message: `${value} is out of range; allowed: 1 to ${most}`,
    cure: "write a whole number",
  });

const timeProblems = ({ path, value, least }: { path: string; value: string; least: number }): Problem[] => {
  const seconds = /^\d+s$/.test(value) ? Number.parseInt(value, 10) : Number.NaN;
  return when(!(seconds >= least && seconds <= MOST_SECONDS), {
    path,
    message: `${value} is not a time; allowed: whole seconds from ${least}s to ${MOST_SECONDS}s, as 60s`,
    cure: "write it in seconds",
  });
};
