import type { Ask } from "./ask";
import type { RedisInstance, SecretVersion, SqlInstance } from "./google";
import type { CloudSecret, DataServer, State } from "./messages";
import { lastOf, seen } from "./state";

type In = { ask: Ask; project: string; region: string };

/** The servers of Cloud SQL with the names of their databases and users. */
export const readSql = async ({ ask, project }: In): Promise<DataServer[]> => {
  const servers = await ask.list<SqlInstance>(`sqladmin/v1/projects/${project}/instances`, "items");
  return Promise.all(
    servers.map(async ({ name, state, databaseVersion = "", region, connectionName, settings = {} }) => {
      const below = `sqladmin/v1/projects/${project}/instances/${name}`;
      return {
        name,
        state: serverState(state),
        version: databaseVersion,
        facts: told({
          Tier: settings.tier,
          Edition: settings.edition,
          Region: region,
          Availability: settings.availabilityType,
          Connection: connectionName,
          "Deletion protection": settings.deletionProtectionEnabled ? "on" : "off",
        }),
        databases: await seen(names(ask, `${below}/databases`)),
        users: await seen(names(ask, `${below}/users`)),
      };
    }),
  );
};

/** The instances of Memorystore for Redis; their passwords are not asked for. */
export const readRedis = async ({ ask, project, region }: In): Promise<DataServer[]> => {
  const instances = await ask.list<RedisInstance>(
    `redis/v1/projects/${project}/locations/${region}/instances`,
    "instances",
  );
  return instances.map((instance) => ({
    name: lastOf(instance.name),
    state: serverState(instance.state, instance.statusMessage),
    version: instance.redisVersion ?? "",
    facts: told({
      Tier: instance.tier,
      Memory: instance.memorySizeGb === undefined ? undefined : `${instance.memorySizeGb} GiB`,
      Address: instance.host && (instance.port ? `${instance.host}:${instance.port}` : instance.host),
      TLS: instance.transitEncryptionMode === "SERVER_AUTHENTICATION" ? "on" : "off",
      Password: instance.authEnabled ? "asked for" : "none",
    }),
  }));
};

/** The secrets by name, with the number of their versions. No version is opened. */
export const readSecrets = async ({ ask, project }: In): Promise<CloudSecret[]> => {
  const secrets = await ask.list<{ name: string }>(`secretmanager/v1/projects/${project}/secrets`, "secrets");
  return Promise.all(
    secrets.map(async ({ name }) => {
      const { items, why } = await seen(ask.list<SecretVersion>(`secretmanager/v1/${name}/versions`, "versions"));
      const number = (state: string): number => items.filter((version) => version.state === state).length;
      return {
        name: lastOf(name),
        enabled: number("ENABLED"),
        disabled: number("DISABLED"),
        destroyed: number("DESTROYED"),
        ...(why === undefined ? {} : { why }),
      };
    }),
  );
};

const names = async (ask: Ask, path: string): Promise<string[]> =>
  (await ask.list<{ name: string }>(path, "items")).map(({ name }) => name);

/** States of both products in which a server answers, or will soon; in every other it does not. */
const MOODS = new Map<string, State["mood"]>([
  ...["RUNNABLE", "READY"].map((word) => [word, "good"] as const),
  ...["PENDING_CREATE", "CREATING", "UPDATING", "MAINTENANCE", "ONLINE_MAINTENANCE"].map(
    (word) => [word, "busy"] as const,
  ),
  ...["IMPORTING", "REPAIRING", "FAILING_OVER", "PENDING_DELETE", "DELETING"].map((word) => [word, "busy"] as const),
]);

const serverState = (state = "unknown", message?: string): State => ({
  mood: MOODS.get(state) ?? "bad",
  word: state.toLowerCase().replaceAll("_", " "),
  ...(message ? { message } : {}),
});

const told = (facts: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : [])));
