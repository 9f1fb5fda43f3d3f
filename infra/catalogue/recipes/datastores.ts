import type { Database, Datastore, HealthCheck, Limits, SecretSpec } from "../vocabulary";

type Secrets = Readonly<Record<string, SecretSpec>>;

/** Makes a datastore and its secrets from its host name; `system` puts both in their places. */
export type DatastoreRecipe = (host: string) => { datastore: Datastore; secrets: Secrets };

/** The options of every datastore; the recipe has their defaults. */
type Options = { description: string; version?: string; hostPort?: number; healthCheck?: HealthCheck; limits?: Limits };

/** A database; by default its user has its name, and its password is the secret `<name>-database-password`. */
type DatabaseOptions = Pick<Database, "name"> & Partial<Database>;

const PASSWORD: SecretSpec = { length: 32 };

const databaseOf = ({ name, ...given }: DatabaseOptions): Database => ({
  name,
  user: name,
  password: `${name}-database-password`,
  ...given,
});

const passwordsOf = (databases: readonly Database[]): Secrets =>
  Object.fromEntries(databases.map(({ password }) => [password, PASSWORD]));

/** The name of a secret of a whole server: `db_postgres` has `db-postgres-superuser-password`, `redis` `redis-password`. */
const serverSecret = (...words: string[]): string => [...words, "password"].join("-").replaceAll("_", "-");

/** A server with databases: a user for each, and a superuser whose password no service gets. */
type SqlOptions = Options & { databases: readonly DatabaseOptions[] };

const SERVER = { limits: { cpu: 1, memory: "512Mi" } } as const;
const everyFive = (retries: number, startPeriod: HealthCheck["startPeriod"]) =>
  ({ healthCheck: { interval: "5s", timeout: "5s", retries, startPeriod } }) as const;

/** A Postgres server of the system's own. */
export const postgres =
  ({
    databases: wanted,
    engine = "postgres",
    ...options
  }: SqlOptions & { engine?: "postgres" | "postgis" }): DatastoreRecipe =>
  (host) => {
    const superuserPassword = serverSecret(host, "superuser");
    const databases = wanted.map(databaseOf);
    return {
      secrets: { [superuserPassword]: PASSWORD, ...passwordsOf(databases) },
      datastore: {
        engine,
        version: "15",
        ...everyFive(10, "10s"),
        ...SERVER,
        ...options,
        databases,
        superuserPassword,
      },
    };
  };

/** A Postgres server with PostGIS; a database that uses it names the extension. */
export const postgis = (options: SqlOptions): DatastoreRecipe => postgres({ ...options, engine: "postgis" });

/** A MariaDB server that runs while the setting `mariadb` is on. */
export const mariadb =
  ({ databases: wanted, ...options }: SqlOptions): DatastoreRecipe =>
  (host) => {
    const rootPassword = serverSecret(host, "root");
    const databases = wanted.map(databaseOf);
    return {
      secrets: { ...passwordsOf(databases), [rootPassword]: PASSWORD },
      datastore: {
        ...{ engine: "mariadb", onDemand: "mariadb", version: "11" },
        ...everyFive(10, "30s"),
        ...SERVER,
        ...options,
        databases,
        rootPassword,
      },
    };
  };

/** A Redis of the system's own. In the cloud it needs a VPC network. */
export const redis =
  (options: Options): DatastoreRecipe =>
  (host) => {
    const password = serverSecret(host);
    return {
      secrets: { [password]: PASSWORD },
      datastore: {
        ...{ engine: "redis", version: "7", limits: { cpu: 0.5, memory: "256Mi" } },
        ...everyFive(5, "5s"),
        ...options,
        password,
      },
    };
  };

/** SNS and SQS: LocalStack on a laptop, which holds 500 MiB at rest; in the cloud they need an AWS account. */
export const messaging =
  (options: Options & { accessKey: string }): DatastoreRecipe =>
  () => ({
    secrets: {},
    datastore: {
      ...{ engine: "messaging", version: "4.14.0", limits: { cpu: 1, memory: "1024Mi" } },
      healthCheck: { interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" },
      ...options,
    },
  });
