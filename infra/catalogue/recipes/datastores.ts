import type { Database, Datastore, HealthCheck, Limits, SecretSpec } from "../vocabulary";

type Secrets = Readonly<Record<string, SecretSpec>>;

/** A datastore and the secrets that it brings along, once it is told its host name; `system` puts both in their places. */
export type DatastoreRecipe = (host: string) => { datastore: Datastore; secrets: Secrets };

/** What every datastore may be told besides; left out: as the recipe says. */
type Options = { description: string; version?: string; hostPort?: number; healthCheck?: HealthCheck; limits?: Limits };

/** A database; left out: its user is called as it is, its password is the secret `<name>-database-password`. */
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

/** The name of a secret of a whole server: `db_postgres` has `db-postgres-superuser-password`. */
const serverSecret = (host: string, role: string): string => `${host.replaceAll("_", "-")}-${role}-password`;

const SERVER: Limits = { cpu: 1, memory: "512Mi" };

/** A Postgres server of the system's own: a user for each database, and a superuser whose password no service gets. */
export const postgres =
  ({
    databases: wanted,
    engine = "postgres",
    ...options
  }: Options & { databases: readonly DatabaseOptions[]; engine?: "postgres" | "postgis" }): DatastoreRecipe =>
  (host) => {
    const superuserPassword = serverSecret(host, "superuser");
    const databases = wanted.map(databaseOf);
    return {
      secrets: { [superuserPassword]: PASSWORD, ...passwordsOf(databases) },
      datastore: {
        engine,
        version: "15",
        healthCheck: { interval: "5s", timeout: "5s", retries: 10, startPeriod: "10s" },
        limits: SERVER,
        ...options,
        databases,
        superuserPassword,
      },
    };
  };

/** A Postgres server with PostGIS; a database that uses it names the extension. */
export const postgis = (options: Omit<Parameters<typeof postgres>[0], "engine">): DatastoreRecipe =>
  postgres({ ...options, engine: "postgis" });

/** A MariaDB server that runs while the setting `mariadb` is on. */
export const mariadb =
  ({ databases: wanted, ...options }: Options & { databases: readonly DatabaseOptions[] }): DatastoreRecipe =>
  (host) => {
    const rootPassword = serverSecret(host, "root");
    const databases = wanted.map(databaseOf);
    return {
      secrets: { ...passwordsOf(databases), [rootPassword]: PASSWORD },
      datastore: {
        engine: "mariadb",
        onDemand: "mariadb",
        version: "11",
        healthCheck: { interval: "5s", timeout: "5s", retries: 10, startPeriod: "30s" },
        limits: SERVER,
        ...options,
        databases,
        rootPassword,
      },
    };
  };

/** A Redis of the system's own. In the cloud it needs a VPC network. */
export const redis =
  (options: Options): DatastoreRecipe =>
  () => ({
    secrets: {},
    datastore: {
      engine: "redis",
      version: "7",
      healthCheck: { interval: "5s", timeout: "5s", retries: 5, startPeriod: "5s" },
      limits: { cpu: 0.5, memory: "256Mi" },
      ...options,
    },
  });

/** SNS and SQS: LocalStack on a laptop, which holds 500 MiB at rest; in the cloud they need an AWS account. */
export const messaging =
  (options: Options): DatastoreRecipe =>
  () => ({
    secrets: {},
    datastore: {
      engine: "messaging",
      version: "4.14.0",
      healthCheck: { interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" },
      limits: { cpu: 1, memory: "1024Mi" },
      ...options,
    },
  });
