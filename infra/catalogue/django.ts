import { byEnvironment, hotReload, secret, type EnvValue, type HealthCheck, type Job, type Web } from "./vocabulary";

/** What every Django service of ours is told; services/chassis reads it. */
export const djangoEnvironment = ({
  serviceName,
  host,
  secretKey = "django-secret-key",
}: {
  serviceName: string;
  /** Its host name in the system's network. */
  host: string;
  /** The secret of the system that is its SECRET_KEY. */
  secretKey?: string;
}) =>
  ({
    ENVIRONMENT: byEnvironment({ development: "development", production: "production" }),
    SERVICENAME: serviceName,
    DEBUG: byEnvironment({ development: "True", production: "False" }),
    SECRET_KEY: secret(secretKey),
    ALLOWED_HOSTS: byEnvironment({ development: `localhost,127.0.0.1,${host}`, production: ".run.app" }),
    LOG_LEVEL: "INFO",
    // The image's entrypoint can do these for a bare `docker run`; here they are jobs or done at build.
    ENTRYPOINT_WAIT: "False",
    ENTRYPOINT_MIGRATE: "False",
    ENTRYPOINT_COLLECTSTATIC: "False",
    ENTRYPOINT_SUPERUSER: "False",
    ENTRYPOINT_CHECK: "False",
  }) satisfies Record<string, EnvValue>;

/** How gunicorn serves a web service: 2 workers of 4 threads (specification 003); `timeout` in seconds, 0 is none. */
export const gunicorn = ({
  workers = 2,
  threads = 4,
  timeout = 30,
}: { workers?: number; threads?: number; timeout?: number } = {}) =>
  ({
    GUNICORN_WORKERS: String(workers),
    GUNICORN_THREADS: String(threads),
    GUNICORN_TIMEOUT: String(timeout),
    GUNICORN_RELOAD: hotReload(),
  }) satisfies Record<string, EnvValue>;

/** Interval, timeout and retries of specification 004's shape, faster at start: the first 200 takes about a second. */
export const webHealthCheck: HealthCheck = { interval: "5s", timeout: "5s", retries: 5, startPeriod: "40s" };

/** The job that applies an image's migrations with the same settings as its web service. */
export const migrateJob = ({
  of,
  database,
  env,
}: {
  of: string;
  database?: string;
  env: Readonly<Record<string, EnvValue>>;
}) =>
  ({
    kind: "job",
    description: database === undefined ? "Applies migrations" : `Applies migrations of the database ${database}`,
    image: of,
    command: [
      "python",
      "manage.py",
      "migrate",
      "--noinput",
      ...(database === undefined ? [] : [`--database=${database}`]),
    ],
    env,
    limits: { cpu: 1, memory: "512Mi" },
    rerunOn: "migrations",
  }) as const satisfies Job;

/** The two paths at which every service says it is alive; the second for front ends that take paths ending in z. */
export const healthPath = "/healthz" satisfies Web["healthPath"];
