import type { Cloud, Work } from "../../api";
import { failedPrecondition, notRehearsed } from "../../errors";
import { withEtag } from "../../etags";
import type { SqlDatabase, SqlUser, Statements } from "../../realise/sql-engine";
import {
  ensureServer,
  ImageError,
  removeServer,
  runSql,
  SqlError,
  stopServer,
  type ServerSpec,
} from "../../realise/sql-server";
import { BACKUPS, CONTENTS } from "./backups";
import { DATABASES, keepDatabase } from "./databases";
import { engineOf } from "./engines";
import { INSTANCES, SECRETS, type Instance } from "./instances";
import { forgetPasswords } from "./passwords";
import { sizeOf } from "./settings";
import { keepUser, userKey, USERS } from "./users";

/** Makes the server run as the stored instance says. */
export const applyInstance: Work = async ({ input, ...cloud }) => {
  const { instance, rootPassword } = input as { instance: string; rootPassword?: string };
  const found = instanceOf(cloud, instance);
  const { root: name, anywhere: host, databases } = engineOf(found.databaseVersion).engine;
  try {
    await ensureServer(cloud.realise, specOf(cloud, found));
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof ImageError)) throw failedPrecondition(message);
    // Nothing was made: the next update is to say the same again, and not that there is one already.
    if (found.state === "PENDING_CREATE") forget(cloud, instance);
    throw notRehearsed(`${found.databaseVersion} needs ${message}: it is`);
  }
  // Whoever took the user away, or gave it another password, is not to find it as it was.
  if (found.state === "PENDING_CREATE") {
    await sql(cloud, found, ({ putUser }) => putUser({ name, host, ...(rootPassword && { password: rootPassword }) }));
    keepUser(cloud, { instance, name, host });
    for (const database of databases) keepDatabase(cloud, found, database);
  }
  const current = instanceOf(cloud, instance);
  cloud.store.put(INSTANCES, instance, withEtag({ ...current, state: "RUNNABLE" }));
  return {};
};

const instanceOf = ({ store }: Cloud, name: string): Instance => store.get<Instance>(INSTANCES, name)!;

/** The machine's part of an instance, from the tier and the flags. */
const specOf = ({ store }: Cloud, instance: Instance): ServerSpec => {
  const { name, databaseVersion, connectionName, settings } = instance;
  const { engine, version } = engineOf(databaseVersion);
  const tier = sizeOf(instance)!;
  const flags = (settings.databaseFlags ?? []).map(({ name: flag, value = "on" }) => [flag, value] as const);
  return {
    engine: engine.server,
    instance: name,
    connection: connectionName,
    version,
    flags: {
      max_connections: String(engine.connections(tier)),
      ...engine.flagsOf({ settings, tier }),
      // Flags with Google's name in theirs switch features on that no other server has.
      ...Object.fromEntries(flags.filter(([flag]) => !flag.includes("cloudsql"))),
    },
    ...tier,
    adminPassword: store.get<{ admin: string }>(SECRETS, name)!.admin,
  };
};

export const restartServerWork: Work = async ({ input, ...cloud }) => {
  const spec = specOf(cloud, instanceOf(cloud, input["instance"] as string));
  await stopServer(cloud.realise, spec.instance);
  await ensureServer(cloud.realise, spec).catch((error: Error) => {
    throw failedPrecondition(error.message);
  });
  return {};
};

export const removeInstance: Work = async ({ input, ...cloud }) => {
  const instance = input["instance"] as string;
  await removeServer(cloud.realise, instance);
  for (const kind of [BACKUPS, CONTENTS, DATABASES, USERS]) cloud.store.deleteAll(kind, `${instance}/`);
  forgetPasswords(cloud, `${instance}/`);
  forget(cloud, instance);
  return {};
};

const forget = ({ store }: Cloud, instance: string): void => {
  store.delete(SECRETS, instance);
  store.delete(INSTANCES, instance);
};

/** Runs statements of the engine's on the server of an instance, in the database that belongs to no one. */
const sql = async (cloud: Cloud, found: Instance, statementsOf: (of: Statements) => string): Promise<void> => {
  const spec = specOf(cloud, found);
  const { home: database, statements } = spec.engine;
  try {
    await runSql(cloud.realise, { ...spec, database, statements: statementsOf(statements) });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw failedPrecondition(`Invalid request: ${error.message}`);
  }
};

/** A work on the server of one instance, from its input to SQL, and what is done once that ran, or could not. */
const onServer =
  <T>(statementsOf: (of: T, statements: Statements) => string, { then, otherwise }: After<T> = {}): Work =>
  async ({ input, ...cloud }) => {
    const of = input as T & On;
    try {
      await sql(cloud, instanceOf(cloud, of.instance), (statements) => statementsOf(of, statements));
    } catch (error) {
      otherwise?.(of, cloud);
      throw error;
    }
    then?.(of, cloud);
    return {};
  };

type On = { instance: string };
type After<T> = Partial<Record<"then" | "otherwise", (of: T & On, cloud: Cloud) => void>>;

const forgetDatabase = ({ name, instance }: On & { name: string }, { store }: Cloud): void =>
  store.delete(DATABASES, `${instance}/${name}`);

const forgetUser = (of: On & Pick<SqlUser, "name" | "host">, { store }: Cloud): void =>
  store.delete(USERS, userKey(of));

/** The API tells of a database and of a user from the beginning, and no more once neither could be made. */
export const createDatabaseWork = onServer<SqlDatabase>((of, { createDatabase }) => createDatabase(of), {
  otherwise: forgetDatabase,
});

export const alterDatabaseWork = onServer<SqlDatabase>((of, { alterDatabase }) => alterDatabase(of));

export const dropDatabaseWork = onServer<Pick<SqlDatabase, "name">>(
  ({ name }, { dropDatabase }) => dropDatabase(name),
  { then: forgetDatabase },
);

export const putUserWork = onServer<SqlUser & { isNew?: boolean }>((user, { putUser }) => putUser(user), {
  otherwise: (user, cloud) => {
    if (user.isNew) forgetUser(user, cloud);
  },
});

export const dropUserWork = onServer<Pick<SqlUser, "name" | "host">>((user, { dropUser }) => dropUser(user), {
  then: forgetUser,
});

/** Starts the servers that should run, after a start of the rehearsal. */
export const resume = async (cloud: Cloud): Promise<void> => {
  for (const instance of cloud.store.list<Instance>(INSTANCES)) {
    if (instance.state !== "RUNNABLE") continue;
    await ensureServer(cloud.realise, specOf(cloud, instance)).catch((error: Error) =>
      process.stderr.write(`${instance.name}: ${error.message}\n`),
    );
  }
};
