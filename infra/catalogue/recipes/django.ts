import { FROM_CONTAINERS, LOOPBACK } from "../../loopback";
import { UTC, allowedHosts, byEnvironment, databasePart, forwardedOrigins, hotReload, secret } from "../vocabulary";
import type {
  Background,
  EnvValue,
  HealthCheck,
  Job,
  Limits,
  Schedule,
  Scheduled,
  Service,
  Serving,
  Web,
} from "../vocabulary";

/** The port at which a background process answers probes, inside its container alone. */
const HEARTBEAT_PORT = 8080;

/** Asks a process that takes no requests whether it works. */
const HEARTBEAT = ["python", "-m", "chassis.heartbeat"];

type Env = Readonly<Record<string, EnvValue>>;

/** The secret that is a project's SECRET_KEY where it names no other. */
export const SECRET_KEY = "django-secret-key";

const LIMITS: Limits = { cpu: 1, memory: "512Mi" };

/** Interval, timeout and retries of specification 004's shape, faster at start: the first 200 takes about a second. */
const HEALTH_CHECK: HealthCheck = { interval: "5s", timeout: "5s", retries: 5, startPeriod: "40s" };

/** 2 processes of 4 threads (specification 003, decision 12). */
const SERVING: Serving = { processes: 2, concurrency: 8, requestTimeout: "60s", workerTimeout: "30s" };

/**
 * A web service's pool. In the cloud half of its threads wait for a connection while all are busy, which the small tiers of
 * Cloud SQL bear: a connection costs them 10 MiB. On a laptop there is one for each thread.
 */
export const POOL = { development: 4, production: 2 } as const;

type Project = {
  /** The folder under services/. */
  folder: string;
  /** Its name in logs; by default that of its folder. */
  serviceName?: string;
  /** The host name of its web service. */
  host?: string;
  secretKey?: string;
  /** Variables besides those of every Django project. */
  env: Env;
  pool?: Service["pool"];
};

type WebOptions = Pick<Web, "description" | "port" | "hostPort"> &
  Partial<Omit<Web, "kind" | "image" | "serving">> & { serving?: Partial<Serving> };

type BackgroundOptions = Pick<Background, "description"> &
  Partial<Omit<Background, "kind" | "image" | "command">> & {
    kind?: Background["kind"];
    command: readonly string[];
    /** The age in seconds at which its last sign that it works is too old. */
    maxHeartbeatAge: number;
  };

type ScheduledOptions = Pick<Scheduled, "description" | "schedule"> &
  Partial<Omit<Scheduled, "kind" | "image" | "command">> & { command: readonly string[] };

type JobOptions = Pick<Job, "description" | "rerunOn"> &
  Partial<Omit<Job, "kind" | "image" | "command">> & { command: readonly string[] };

/** A Django project under services/, and recipes for the processes that run it with one environment. */
export const django = ({ folder: image, pool, ...project }: Project) => {
  const env = { ...basics({ folder: image, ...project }), ...project.env };
  const shared = { image, ...(pool === undefined ? {} : { pool }) };

  const job = ({ env: more, command, ...options }: JobOptions): Job => ({
    ...{ kind: "job", ...shared, limits: LIMITS },
    ...options,
    command: ["python", "manage.py", ...command],
    env: { ...env, ...more },
  });

  const scheduled = ({ env: more, command, ...options }: ScheduledOptions): Scheduled => ({
    ...{ kind: "scheduled", ...shared, limits: LIMITS, timeout: "600s", after: ["migrate"] },
    ...{ healthCommand: HEARTBEAT, healthCheck: { ...HEALTH_CHECK, interval: "15s" } },
    ...options,
    command: ["python", "-m", "chassis.schedule", "python", "manage.py", ...command],
    env: { ...env, ...more, ...timesOf(options.schedule), HEARTBEAT_PORT: String(HEARTBEAT_PORT) },
  });

  return {
    /** A management command that runs to its end. */
    job,

    /** A management command that runs to its end at the times of a schedule. */
    scheduled,

    /** Deletes the sessions that have expired, which Django keeps until somebody does, every night. */
    clearSessions: (options: Pick<Scheduled, "after"> & { hour?: number } = {}): Scheduled => {
      const { hour = 3, ...rest } = options;
      return scheduled({
        description: "Deletes expired sessions",
        command: ["clearsessions"],
        schedule: { cron: `15 ${hour} * * *` },
        ...rest,
      });
    },

    /** Applies the migrations of a database, by default of the main one. */
    migrate: ({ database, env: more, ...options }: { database?: string; env?: Env; onlyWith?: string } = {}): Job =>
      job({
        description: database === undefined ? "Applies migrations" : `Applies migrations of the database ${database}`,
        command: ["migrate", "--noinput", ...(database === undefined ? [] : [`--database=${database}`])],
        rerunOn: "migrations",
        env: { PGOPTIONS: LOCK_TIMEOUT, ...more },
        ...options,
      }),

    /** gunicorn, after the job `migrate`. */
    web: ({ env: more, serving, ...options }: WebOptions): Web => ({
      ...{ kind: "web", ...shared, healthPath: "/healthz", healthCheck: HEALTH_CHECK },
      ...{ limits: LIMITS, after: ["migrate"] },
      ...options,
      env: { ...env, ...more },
      serving: { ...SERVING, ...serving },
    }),

    /** A process that takes no requests, after the job `migrate`; `chassis.heartbeat` says whether it works. */
    worker: ({ kind = "worker", env: more, maxHeartbeatAge, ...options }: BackgroundOptions): Background => ({
      ...{ kind, ...shared, limits: LIMITS, healthCheck: HEALTH_CHECK, after: ["migrate"] },
      healthCommand: HEARTBEAT,
      probe: { port: HEARTBEAT_PORT, path: "/" },
      ...options,
      env: {
        ...env,
        ...more,
        HOT_RELOAD: hotReload(),
        HEARTBEAT_PORT: String(HEARTBEAT_PORT),
        HEARTBEAT_MAX_AGE: String(maxHeartbeatAge),
      },
    }),
  };
};

/** Where the process itself waits for the times; in the cloud Cloud Scheduler does. */
const timesOf = ({ cron, timeZone = UTC }: Schedule): Env => ({
  SCHEDULE: byEnvironment({ development: `${cron} ${timeZone}`, production: "" }),
});

/**
 * How long a migration waits for a lock before it fails, as libpq has it: whoever comes after it waits with it. The next update
 * runs it again; an index that is made concurrently takes the limit away first (docs/decisions/0059).
 */
const LOCK_TIMEOUT = "-c lock_timeout=5s";

/** The variables of every Django project; services/chassis reads them. */
const basics = ({ folder, serviceName = folder, host = "web", secretKey = SECRET_KEY }: Omit<Project, "env">): Env => ({
  ENVIRONMENT: byEnvironment({ development: "development", production: "production" }),
  SERVICENAME: serviceName,
  DEBUG: byEnvironment({ development: "True", production: "False" }),
  SECRET_KEY: secret(secretKey),
  ALLOWED_HOSTS: allowedHosts({
    development: [...LOOPBACK, ...FROM_CONTAINERS, host].join(","),
    production: ".run.app",
  }),
  CSRF_TRUSTED_ORIGINS: forwardedOrigins(),
  LOG_LEVEL: "INFO",
  // The image's entrypoint can do these for a bare `docker run`; here they are jobs or done at build.
  ENTRYPOINT_WAIT: "False",
  ENTRYPOINT_MIGRATE: "False",
  ENTRYPOINT_COLLECTSTATIC: "False",
  ENTRYPOINT_SUPERUSER: "False",
  ENTRYPOINT_CHECK: "False",
});

/** The address of a Postgres database in the parts that specification 003 names; `chassis.databases` reads them. */
export const databaseParts = (datastore: string, database: string): Env => ({
  DATABASE_NAME: databasePart(datastore, database, "name"),
  DATABASE_USER: databasePart(datastore, database, "user"),
  DATABASE_PASSWORD: databasePart(datastore, database, "password"),
  DATABASE_HOST: databasePart(datastore, database, "host"),
  DATABASE_PORT: databasePart(datastore, database, "port"),
  CLOUD_SQL_CONNECTION_NAME: databasePart(datastore, database, "instance"),
});
