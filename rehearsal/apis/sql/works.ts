import type { Cloud, Work } from "../../api";
import { failedPrecondition } from "../../errors";
import { withEtag } from "../../etags";
import { ensurePostgres, removePostgres, runSql, SqlError, type PostgresSpec } from "../../realise/postgres";
import * as statements from "../../realise/postgres-sql";
import type { Resource } from "../../store";
import { DATABASES } from "./databases";
import { INSTANCES, SECRETS, type Instance } from "./instances";
import { tierOf } from "./tiers";
import { keepUser, USERS } from "./users";

/** Makes the server run as the stored instance says. */
export const applyInstance: Work = async ({ input, ...cloud }) => {
  const { instance, rootPassword } = input as { instance: string; rootPassword?: string };
  const found = cloud.store.get<Instance>(INSTANCES, instance)!;
  try {
    await ensurePostgres(cloud.realise, specOf(cloud, found));
  } catch (error) {
    throw failedPrecondition((error as Error).message);
  }
  if (rootPassword)
    await sql(cloud, instance, statements.putUser({ name: statements.ROOT, password: rootPassword, roles: [] }));
  keepUser(cloud, instance, statements.ROOT);
  const current = cloud.store.get<Instance>(INSTANCES, instance)!;
  cloud.store.put(INSTANCES, instance, withEtag({ ...current, state: "RUNNABLE" }));
  return {};
};

/** The machine's part of an instance, from the tier and the flags. */
const specOf = ({ store }: Cloud, { name, databaseVersion, settings }: Instance): PostgresSpec => {
  const tier = tierOf(settings.tier, settings.edition ?? "ENTERPRISE")!;
  const flags = (settings.databaseFlags ?? []).map(({ name: flag, value = "on" }) => [flag, value] as const);
  return {
    instance: name,
    version: databaseVersion.replace("POSTGRES_", ""),
    flags: {
      max_connections: String(tier.maxConnections),
      // Flags with Google's prefix switch features on that no Postgres has.
      ...Object.fromEntries(flags.filter(([flag]) => !flag.startsWith("cloudsql."))),
    },
    cpus: tier.cpus,
    memoryMb: tier.memoryMb,
    adminPassword: store.get<{ admin: string }>(SECRETS, name)!.admin,
  };
};

export const removeInstance: Work = async ({ input, ...cloud }) => {
  const instance = input["instance"] as string;
  await removePostgres(cloud.realise, instance);
  for (const kind of [DATABASES, USERS]) cloud.store.deleteAll(kind, `${instance}/`);
  cloud.store.delete(SECRETS, instance);
  cloud.store.delete(INSTANCES, instance);
  return {};
};

const sql = async (cloud: Cloud, instance: string, text: string): Promise<string> => {
  const { admin } = cloud.store.get<{ admin: string } & Resource>(SECRETS, instance)!;
  try {
    return await runSql(cloud.realise, { instance, adminPassword: admin }, text);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw failedPrecondition(`Invalid request: ${error.message}`);
  }
};

/** A work on the server of one instance; `run` executes SQL there. */
const onServer =
  <T>(work: (of: T & { instance: string }, run: (sql: string) => Promise<string>, cloud: Cloud) => unknown): Work =>
  async ({ input, ...cloud }) => {
    const of = input as T & { instance: string };
    await work(of, (text) => sql(cloud, of.instance, text), cloud);
    return {};
  };

type Named = { name: string };

export const createDatabaseWork = onServer<Named>(async ({ name }, run) => {
  if ((await run(statements.databaseExists(name))) === "") await run(statements.createDatabase(name));
});

export const dropDatabaseWork = onServer<Named>(async ({ instance, name }, run, { store }) => {
  await run(statements.dropDatabase(name));
  store.delete(DATABASES, `${instance}/${name}`);
});

export const putUserWork = onServer<statements.SqlUser>((user, run) => run(statements.putUser(user)));

export const dropUserWork = onServer<Named>(async ({ instance, name }, run, { store }) => {
  await run(statements.dropUser(name));
  store.delete(USERS, `${instance}/${name}`);
});

/** Starts the servers that should run, after a start of the rehearsal. */
export const resume = async (cloud: Cloud): Promise<void> => {
  for (const instance of cloud.store.list<Instance>(INSTANCES)) {
    if (instance.state !== "RUNNABLE") continue;
    await ensurePostgres(cloud.realise, specOf(cloud, instance)).catch((error: Error) =>
      process.stderr.write(`${instance.name}: ${error.message}\n`),
    );
  }
};
