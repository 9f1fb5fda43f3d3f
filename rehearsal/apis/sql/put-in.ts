import type { Readable } from "node:stream";
import type { Cloud } from "../../api";
import { failedPrecondition, notFound, notRehearsed } from "../../errors";
import { loadDump, SqlError } from "../../realise/sql-server";
import { DATABASES } from "./databases";
import { engineOf } from "./engines";
import { INSTANCES, SECRETS, type Instance } from "./instances";

type PuttingIn = {
  instance: string;
  database: string;
  /** The user who owns all that the dump makes. */
  owner: string;
  /** In the engine's own format: of pg_dump, custom. */
  dump: Readable;
};

/**
 * Puts a dump from elsewhere in the place of a database's content.
 * @throws ApiError 404 where there is no such database, 501 for an engine that takes none, 412 with the server's message
 */
export const putIn = async (cloud: Cloud, { instance, database, owner, dump }: PuttingIn): Promise<void> => {
  const { store, realise } = cloud;
  const found = store.get<Instance>(INSTANCES, instance);
  if (!found || !store.get(DATABASES, `${instance}/${database}`))
    throw notFound(`there is no database ${instance}/${database}`);
  const { server: engine } = engineOf(found.databaseVersion).engine;
  if (engine.load === undefined) throw notRehearsed(`a dump for ${found.databaseVersion} is`);
  const { admin: adminPassword } = store.get<{ admin: string }>(SECRETS, instance)!;
  await loadDump(realise, { engine, instance, adminPassword, database, owner, dump }).catch((error: Error) => {
    throw error instanceof SqlError ? failedPrecondition(error.message) : error;
  });
};
