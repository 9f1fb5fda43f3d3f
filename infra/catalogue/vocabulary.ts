/**
 * The vocabulary of the catalogue. A system file describes a system in these types and nothing else:
 * no Docker, no Google Cloud, no secret values.
 */

/** An amount of memory in mebibytes, for example `512Mi`. */
export type Memory = `${number}Mi`;

/** A time in whole seconds, for example `30s`. */
export type Duration = `${number}s`;

/** The two shapes in which a Django service runs: `development` on a laptop, `production` in the cloud. */
export type Environment = "development" | "production";

/** One product with its own data and its own network. */
export type System = {
  /** Its name for people; it appears in labels only, so it can change freely. */
  title: string;
  /** A network that services of other systems may join, besides the system's own: its role name. */
  offersNetwork?: string;
  /** Shared networks of other systems that this system's web services join, as `leads/service_network`. */
  joinsNetworks?: readonly string[];
  /** Secrets by name; a stack's config may give the value of each (`fleet:secrets`). */
  secrets: Readonly<Record<string, SecretSpec>>;
  /** Datastores by host name in the system's network. */
  datastores: Readonly<Record<string, Datastore>>;
  /** Folders that services share and that outlive them, by name; `mounts` of a service has their paths. */
  volumes?: Readonly<Record<string, { description: string }>>;
  /** Services by name, which is their host name too. */
  services: Readonly<Record<string, Service>>;
};

/**
 * What a secret is where the config gives no value: random text of `length` characters (`fromOutside`: in the cloud a
 * third party issues it, so the config has to give it), or `optional`: the variables that refer to it are absent.
 */
export type SecretSpec = { length: number; fromOutside?: true } | { optional: true };

/** The number of instances of a web service in the cloud. */
export type Scaling = { min: number; max: number };

/** How a web service answers requests; infra/plan/serving.ts derives the options of gunicorn, Cloud Run and a pool. */
export type Serving = {
  /** Processes of an instance. */
  processes: number;
  /** Requests that an instance answers at once; each process has an equal share of them, a thread for each. */
  concurrency: number;
  /** The time after which the cloud's front end ends a request. */
  requestTimeout: Duration;
  /** The silence after which a process is replaced (`0s`: never); the cloud does so only where the CPU is always on. */
  workerTimeout: Duration;
  /**
   * The reason why its processes work between requests too, as threads in the background do; the cloud then bills an instance
   * for as long as it is there. Left out, they have a CPU in the cloud while a request is answered.
   */
  cpuAlwaysOn?: { reason: string };
};

/** The schedule of a container's health check. */
export type HealthCheck = { interval: Duration; timeout: Duration; retries: number; startPeriod: Duration };

/** The most that a container may use. */
export type Limits = { cpu: number; memory: Memory };

type DatastoreBasics = {
  description: string;
  healthCheck: HealthCheck;
  limits: Limits;
  /** The port on loopback at which a laptop reaches it; left out, it has none. */
  hostPort?: number;
};

/** A database with the one user that owns it; `password` names a secret of the system. */
export type Database = { name: string; user: string; password: string; extensions?: readonly string[] };

/** Postgres, or PostGIS where `engine` says so. */
export type Postgres = DatastoreBasics & {
  engine: "postgres" | "postgis";
  version: string;
  databases: readonly Database[];
  /** The secret of the server's own superuser, which no service gets. */
  superuserPassword: string;
};

/** MariaDB; on demand: it runs when the setting `mariadb` is on, its volume stays when it is off. */
export type Mariadb = DatastoreBasics & {
  engine: "mariadb";
  version: string;
  onDemand: "mariadb";
  databases: readonly Database[];
  rootPassword: string;
};

/** Redis with its append-only file. */
export type Redis = DatastoreBasics & {
  engine: "redis";
  version: string;
  /** The secret that every client brings; on Google Cloud, Memorystore makes a password of its own. */
  password: string;
};

/** SNS and SQS: LocalStack on a laptop, AWS itself in the cloud. It holds messages in flight, no data. */
export type Messaging = DatastoreBasics & {
  engine: "messaging";
  version: string;
  /** The secret with the access key id that clients sign with; LocalStack answers to no other. */
  accessKey: string;
};

export type Datastore = Postgres | Mariadb | Redis | Messaging;

type ServiceBasics = {
  description: string;
  /** The folder under services/ that its image is built from. */
  image: string;
  /** Exec form; left out: the image's own command, gunicorn. */
  command?: readonly string[];
  env: Readonly<Record<string, EnvValue>>;
  /** Database connections that each of its processes keeps at most; left out: it keeps no pool, a thread has one. */
  pool?: Readonly<Record<Environment, number>>;
  limits: Limits;
  /** The share that it keeps when the machine runs short. */
  reserves?: Limits;
  /** Jobs of the same system that must have succeeded before it starts. */
  after?: readonly string[];
  /** The mount paths of volumes of the system: `{ media: "/srv/media" }`. */
  mounts?: Readonly<Record<string, `/${string}`>>;
  /** Left out of the stack while this on-demand datastore is off. */
  onlyWith?: string;
};

/** A process that answers HTTP. */
export type Web = ServiceBasics & {
  kind: "web";
  /** The port it listens on inside its container; it reaches the service as PORT. */
  port: number;
  /** The port on loopback in dev, before the stack's offset is added. */
  hostPort: number;
  /** The path that answers 200 without authentication and without asking the datastores. */
  healthPath: `/${string}`;
  healthCheck: HealthCheck;
  serving: Serving;
  /** Left out: in the cloud it scales from 0 to 5. */
  scaling?: Scaling;
  /** The reason why anybody may call it in the cloud; left out, callers need permission. */
  public?: { reason: string };
};

/** A process that takes work from a queue (`worker`), or the only one that hands it out on time (`scheduler`). */
export type Background = ServiceBasics & {
  kind: "worker" | "scheduler";
  /** A command that ends with 0 in the container while the process works. */
  healthCommand: readonly string[];
  healthCheck: HealthCheck;
  /** Where it answers 200 over HTTP while it works, as the cloud's probes ask; left out, the cloud asks nothing. */
  probe?: { port: number; path: `/${string}` };
  /** How many of a worker run in the cloud; left out: one. A scheduler is one, and a laptop has one of each. */
  instances?: number;
};

/** A process that runs to its end before the services that name it in `after`. */
export type Job = ServiceBasics & {
  kind: "job";
  /** Runs again when a file in any folder of this name changes, besides image and datastores. */
  rerunOn: string;
  /**
   * The management command that takes away what the job made outside of the stack's own resources; a review that is closed
   * runs it.
   */
  takesAway?: readonly string[];
};

/** The time zone of a schedule that names none. */
export const UTC = "Etc/UTC";

/** The times at which a job runs: cron's five fields, as `15 3 * * *`, in a time zone of the IANA's list; left out, UTC. */
export type Schedule = { cron: string; timeZone?: string };

/** A process that runs to its end at the times of a schedule; on a laptop its container waits for them. */
export type Scheduled = ServiceBasics & {
  kind: "scheduled";
  schedule: Schedule;
  /** The time after which the cloud ends a run. */
  timeout: Duration;
  /** A command that ends with 0 in the container while it waits or runs. */
  healthCommand: readonly string[];
  healthCheck: HealthCheck;
};

export type Service = Web | Background | Job | Scheduled;

/** The value of an environment variable: text, or a reference that the target resolves. */
export type EnvValue = string | Reference;

/** `instance` is the connection name of a managed server; absent on a laptop. */
export type DatabasePart = "url" | "host" | "port" | "name" | "user" | "password" | "instance";

export type Reference =
  | { kind: "secret"; secret: string }
  | { kind: "database"; datastore: string; database: string; part: DatabasePart }
  | { kind: "redis"; datastore: string; index: number }
  | { kind: "messaging"; datastore: string }
  | { kind: "topic"; datastore: string; topic: string }
  | { kind: "serviceUrl"; service: string }
  | { kind: "hotReload" }
  | { kind: "whenOn"; datastore: string; value: EnvValue }
  | ({ kind: "byEnvironment" } & Readonly<Record<Environment, string>>)
  | ({ kind: "allowedHosts" } & Readonly<Record<Environment, string>>)
  | { kind: "forwardedOrigins" };

/** The value of one of the system's secrets. */
export const secret = (name: string): Reference => ({ kind: "secret", secret: name });

/** `postgres://user:password@host:port/name` (or `mysql://` for MariaDB) of a database of the system. */
export const databaseUrl = (datastore: string, database: string): Reference => databasePart(datastore, database, "url");

/** One part of a database's address, for services that want it in pieces. */
export const databasePart = (datastore: string, database: string, part: DatabasePart): Reference => ({
  kind: "database",
  datastore,
  database,
  part,
});

/** `redis://:password@host:port/index`. */
export const redisUrl = (datastore: string, index: number): Reference => ({ kind: "redis", datastore, index });

/** The address of SNS and SQS; the variable is absent where AWS itself is used. */
export const messagingUrl = (datastore: string): Reference => ({ kind: "messaging", datastore });

/** The ARN of an SNS topic; in a review stack its name has the stack's as a prefix. */
export const topicArn = (datastore: string, topic: string): Reference => ({ kind: "topic", datastore, topic });

/** The address at which other services of the system reach a web service. */
export const urlOf = (service: string): Reference => ({ kind: "serviceUrl", service });

/** `True` where code is mounted and watched, else `False`. */
export const hotReload = (): Reference => ({ kind: "hotReload" });

/** Present only while an on-demand datastore is on. */
export const whenOn = (datastore: string, value: EnvValue): Reference => ({ kind: "whenOn", datastore, value });

/** A value for each environment; neither may be left out. */
export const byEnvironment = (values: Readonly<Record<Environment, string>>): Reference => ({
  kind: "byEnvironment",
  ...values,
});

/** Host names separated by commas, in each environment; where the stack is forwarded, the forwarded names besides. */
export const allowedHosts = (values: Readonly<Record<Environment, string>>): Reference => ({
  kind: "allowedHosts",
  ...values,
});

/** The origins of the forwarded names, separated by commas; absent where the stack is not forwarded. */
export const forwardedOrigins = (): Reference => ({ kind: "forwardedOrigins" });
