import type { Call } from "../../api";
import { invalidArgument, notFound } from "../../errors";
import { withEtag } from "../../etags";
import type { Resource } from "../../store";
import { find, startOperation } from "./instances";

export const DATABASES = "sql.databases";
const CHARSET = "UTF8";
const COLLATION = "en_US.UTF8";

export const insertDatabase = (call: Call): Resource => {
  const instance = find(call);
  const { name = "", charset = CHARSET, collation = COLLATION } = call.body as Record<string, string>;
  if (!name) throw invalidArgument("Invalid request: Missing parameter: database name.");
  if (charset.toUpperCase() !== CHARSET || !/^en_US\.UTF-?8$/i.test(collation))
    throw invalidArgument(
      `Invalid request: charset ${charset} and collation ${collation} are not supported; Postgres databases take ${CHARSET} and ${COLLATION} at creation.`,
    );
  const key = `${instance.name}/${name}`;
  if (call.store.get(DATABASES, key))
    throw invalidArgument(
      `Invalid request: failed to create database ${name}. Detail: pq: database "${name}" already exists.`,
    );
  const started = { instance: instance.name, type: "CREATE_DATABASE", work: "sql.createDatabase", input: { name } };
  const operation = startOperation(call, started);
  const database = {
    kind: "sql#database",
    name,
    charset,
    collation,
    instance: instance.name,
    project: call.project.id,
    selfLink: `${String(instance["selfLink"])}/databases/${name}`,
  };
  call.store.put(DATABASES, key, withEtag(database));
  return operation;
};

export const listDatabases = (call: Call): Resource => ({
  kind: "sql#databasesList",
  items: call.store.list(DATABASES, `${find(call).name}/`),
});

export const deleteDatabase = (call: Call): Resource => {
  const { name, instance } = getDatabase(call) as { name: string; instance: string };
  return startOperation(call, { instance, type: "DELETE_DATABASE", work: "sql.dropDatabase", input: { name } });
};

/** Postgres takes neither at a later time. */
export const changeDatabase = (call: Call): Resource => {
  const { name } = getDatabase(call);
  throw invalidArgument(
    `Invalid request: the charset and collation of the Postgres database ${String(name)} cannot be changed.`,
  );
};

/** @throws ApiError 404 */
export const getDatabase = (call: Call): Resource => {
  const found = call.store.get(DATABASES, `${find(call).name}/${call.params["database"]}`);
  if (!found) throw notFound("Not Found", "notFound");
  return found;
};
