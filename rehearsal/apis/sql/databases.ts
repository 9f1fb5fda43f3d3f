import type { Call } from "../../api";
import { invalidArgument } from "../../errors";
import { withEtag } from "../../etags";
import { found } from "../../kept";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { engineOf } from "./engines";
import { find, startOperation, type Instance } from "./instances";

export const DATABASES = "sql.databases";

type Body = { name?: string; charset?: string; collation?: string };

export const insertDatabase = (call: Call): Resource => {
  const instance = find(call);
  const { engine } = engineOf(instance.databaseVersion);
  const { name = "", ...asked } = call.body as Body;
  if (!name) throw invalidArgument("Invalid request: Missing parameter: database name.");
  const encoding = engine.encoding(asked);
  const key = `${instance.name}/${name}`;
  if (call.store.get(DATABASES, key))
    throw invalidArgument(`Invalid request: failed to create database ${name}. Detail: ${engine.alreadyExists(name)}`);
  const input = { name, ...encoding };
  const started = { instance: instance.name, type: "CREATE_DATABASE", work: "sql.createDatabase", input };
  const operation = startOperation(call, started);
  keepDatabase(call, instance, input);
  return operation;
};

/** Keeps what the API tells of a database. */
export const keepDatabase = (
  { store, project }: Pick<Call, "store" | "project">,
  instance: Instance,
  of: { name: string; charset: string; collation: string },
): void => {
  const selfLink = `${String(instance["selfLink"])}/databases/${of.name}`;
  const database = { kind: "sql#database", ...of, instance: instance.name, project: project.id, selfLink };
  store.put(DATABASES, `${instance.name}/${of.name}`, withEtag(database));
};

export const listDatabases = (call: Call): Resource => ({
  kind: "sql#databasesList",
  ...pageOf({ call, key: "items", items: call.store.list(DATABASES, `${find(call).name}/`) }),
});

export const deleteDatabase = (call: Call): Resource => {
  const { name, instance } = getDatabase(call) as { name: string; instance: string };
  return startOperation(call, { instance, type: "DELETE_DATABASE", work: "sql.dropDatabase", input: { name } });
};

/** MySQL takes another encoding at a later time, for tables that are made from then on; Postgres does not. */
export const changeDatabase = (call: Call): Resource => {
  const { engine } = engineOf(find(call).databaseVersion);
  const database = getDatabase(call) as { name: string; instance: string; charset: string; collation: string };
  const { name, instance } = database;
  if (!engine.recodes)
    throw invalidArgument(
      `Invalid request: the charset and collation of the Postgres database ${name} cannot be changed.`,
    );
  const { charset, collation } = call.body as Body;
  const encoding = engine.encoding({
    // A charset that is named alone brings its own collation.
    ...(charset === undefined ? { charset: database.charset, collation: database.collation } : { charset }),
    ...(collation !== undefined && { collation }),
  });
  const input = { name, ...encoding };
  const operation = startOperation(call, { instance, type: "UPDATE_DATABASE", work: "sql.alterDatabase", input });
  call.store.put(DATABASES, `${instance}/${name}`, withEtag({ ...database, ...encoding }));
  return operation;
};

/** @throws ApiError 404 */
export const getDatabase = (call: Call): Resource => {
  return found(call, DATABASES, `${find(call).name}/${call.params["database"]}`);
};
