import type { Call } from "../../api";
import { ApiError, invalidArgument, notFound } from "../../errors";
import { etagOf } from "../../etags";
import type { Resource } from "../../store";
import { find, startOperation } from "./instances";

export const USERS = "sql.users";

/** A second time it changes the user: so the API sets the password of the user postgres, who is always there. */
export const insertUser = (call: Call): Resource => {
  const instance = find(call);
  const { name, password, databaseRoles, type = "BUILT_IN" } = call.body as UserBody;
  checkType(type);
  if (!name) throw invalidArgument("Invalid request: Missing parameter: user name.");
  if (name === "cloudsqladmin") throw invalidArgument("Invalid request: the user name cloudsqladmin is reserved.");
  const input = { name, password, roles: databaseRoles };
  const operation = startOperation(call, { instance: instance.name, type: "CREATE_USER", work: "sql.putUser", input });
  keepUser(call, instance.name, name);
  return operation;
};

type UserBody = { name?: string; password?: string; databaseRoles?: string[]; type?: string };

const checkType = (type: string): void => {
  if (type !== "BUILT_IN")
    throw new ApiError({
      status: "UNIMPLEMENTED",
      message: `rehearsal: users of the type ${type} are not rehearsed yet`,
    });
};

export const keepUser = ({ store, project }: Pick<Call, "store" | "project">, instance: string, name: string): void => {
  const user = { kind: "sql#user", name, host: "", instance, project: project.id };
  store.put(USERS, `${instance}/${name}`, { ...user, etag: etagOf(user) });
};

export const updateUser = (call: Call): Resource => {
  const instance = find(call);
  const { host, name, databaseRoles, revokeExistingRoles } = call.query as {
    host?: string;
    name?: string;
    databaseRoles?: string[];
    revokeExistingRoles?: boolean;
  };
  checkHost(host);
  requireUser(call, instance.name, name);
  const { password } = call.body as UserBody;
  const input = { name, password, roles: databaseRoles ?? [], revoke: revokeExistingRoles === true };
  return startOperation(call, { instance: instance.name, type: "UPDATE_USER", work: "sql.putUser", input });
};

export const deleteUser = (call: Call): Resource => {
  const instance = find(call);
  const { host, name } = call.query as { host?: string; name?: string };
  checkHost(host);
  requireUser(call, instance.name, name);
  return startOperation(call, { instance: instance.name, type: "DELETE_USER", work: "sql.dropUser", input: { name } });
};

export const listUsers = (call: Call): Resource => ({
  kind: "sql#usersList",
  items: call.store.list(USERS, `${find(call).name}/`),
});

export const getUser = (call: Call): Resource => requireUser(call, find(call).name, call.params["name"]);

const checkHost = (host: string | undefined): void => {
  if (host) throw invalidArgument("Invalid request: Postgres users have no host.");
};

const requireUser = ({ store }: Call, instance: string, name: string | undefined): Resource => {
  const found = store.get(USERS, `${instance}/${name}`);
  if (!found) throw notFound(`The user ${name} does not exist.`, "userDoesNotExist");
  return found;
};
