import type { Call } from "../../api";
import { invalidArgument, notFound } from "../../errors";
import { withEtag } from "../../etags";
import type { Resource } from "../../store";
import { find, startOperation } from "./instances";

export const USERS = "sql.users";

/** A second time it changes the user: so the API sets the password of the user postgres, who is always there. */
export const insertUser = (call: Call): Resource => {
  const instance = find(call);
  const { name, password, databaseRoles } = call.body as UserBody;
  if (!name) throw invalidArgument("Invalid request: Missing parameter: user name.");
  if (name === "cloudsqladmin") throw invalidArgument("Invalid request: the user name cloudsqladmin is reserved.");
  const input = { name, password, roles: databaseRoles };
  const operation = startOperation(call, { instance: instance.name, type: "CREATE_USER", work: "sql.putUser", input });
  keepUser(call, instance.name, name);
  return operation;
};

type UserBody = { name?: string; password?: string; databaseRoles?: string[] };

export const keepUser = ({ store, project }: Pick<Call, "store" | "project">, instance: string, name: string): void => {
  const user = { kind: "sql#user", name, host: "", instance, project: project.id };
  store.put(USERS, `${instance}/${name}`, withEtag(user));
};

export const updateUser = (call: Call): Resource => {
  const { instance, name } = userInQuery(call);
  const { databaseRoles, revokeExistingRoles } = call.query as {
    databaseRoles?: string[];
    revokeExistingRoles?: boolean;
  };
  const { password } = call.body as UserBody;
  const input = { name, password, roles: databaseRoles ?? [], revoke: revokeExistingRoles === true };
  return startOperation(call, { instance, type: "UPDATE_USER", work: "sql.putUser", input });
};

export const deleteUser = (call: Call): Resource => {
  const { instance, name } = userInQuery(call);
  return startOperation(call, { instance, type: "DELETE_USER", work: "sql.dropUser", input: { name } });
};

/** @throws ApiError 404 where there is no such user */
const userInQuery = (call: Call): { instance: string; name: string | undefined } => {
  const { name: instance } = find(call);
  const { host, name } = call.query as { host?: string; name?: string };
  if (host) throw invalidArgument("Invalid request: Postgres users have no host.");
  requireUser(call, instance, name);
  return { instance, name };
};

export const listUsers = (call: Call): Resource => ({
  kind: "sql#usersList",
  items: call.store.list(USERS, `${find(call).name}/`),
});

export const getUser = (call: Call): Resource => requireUser(call, find(call).name, call.params["name"]);

const requireUser = ({ store }: Call, instance: string, name: string | undefined): Resource => {
  const found = store.get(USERS, `${instance}/${name}`);
  if (!found) throw notFound(`The user ${name} does not exist.`, "userDoesNotExist");
  return found;
};
