import type { Call } from "../../api";
import { invalidArgument } from "../../errors";
import { withEtag } from "../../etags";
import { found } from "../../kept";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { engineOf } from "./engines";
import { find, startOperation, type Instance } from "./instances";
import { acceptPassword } from "./passwords";

export const USERS = "sql.users";

/** A second time it changes the user: so the API sets the password of the user who is always there. */
export const insertUser = (call: Call): Resource => {
  const instance = find(call);
  const { engine } = engineOf(instance.databaseVersion);
  const { name, host: asked, password, databaseRoles } = call.body as UserBody;
  if (!name) throw invalidArgument("Invalid request: Missing parameter: user name.");
  if (engine.reserved.includes(name)) throw invalidArgument(`Invalid request: the user name ${name} is reserved.`);
  const host = hostOf(instance, asked);
  acceptPassword(call, { instance, user: name, password });
  const input = { name, host, password, roles: databaseRoles };
  const operation = startOperation(call, { instance: instance.name, type: "CREATE_USER", work: "sql.putUser", input });
  keepUser(call, { instance: instance.name, name, host });
  return operation;
};

type UserBody = { name?: string; host?: string; password?: string; databaseRoles?: string[] };

type Named = { instance: string; name: string; host: string };

/** Of MySQL there can be several users of one name, from different hosts. */
export const userKey = ({ instance, name, host }: Named): string => `${instance}/${name}${host && `@${host}`}`;

export const keepUser = ({ store, project }: Pick<Call, "store" | "project">, of: Named): void => {
  const user = { kind: "sql#user", ...of, project: project.id };
  store.put(USERS, userKey(of), withEtag(user));
};

/** @throws ApiError 400 for a host where users have none */
const hostOf = ({ databaseVersion }: Instance, host = ""): string => {
  const { anywhere } = engineOf(databaseVersion).engine;
  if (host && !anywhere) throw invalidArgument("Invalid request: Postgres users have no host.");
  return host || anywhere;
};

export const updateUser = (call: Call): Resource => {
  const { instance, ...user } = userInQuery(call);
  const { databaseRoles, revokeExistingRoles } = call.query as {
    databaseRoles?: string[];
    revokeExistingRoles?: boolean;
  };
  const { password } = call.body as UserBody;
  acceptPassword(call, { instance: find(call), user: user.name, password });
  const input = { ...user, password, roles: databaseRoles ?? [], revoke: revokeExistingRoles === true };
  return startOperation(call, { instance, type: "UPDATE_USER", work: "sql.putUser", input });
};

export const deleteUser = (call: Call): Resource => {
  const { instance, ...input } = userInQuery(call);
  return startOperation(call, { instance, type: "DELETE_USER", work: "sql.dropUser", input });
};

/** @throws ApiError 404 where there is no such user */
const userInQuery = (call: Call): Named => {
  const { host, name = "" } = call.query as { host?: string; name?: string };
  return named(requireUser(call, { name, host }));
};

const named = ({ instance, name, host }: Resource): Named => ({ instance, name, host }) as Named;

export const listUsers = (call: Call): Resource => ({
  kind: "sql#usersList",
  ...pageOf({ call, key: "items", items: call.store.list(USERS, `${find(call).name}/`) }),
});

export const getUser = (call: Call): Resource =>
  requireUser(call, { name: call.params["name"] ?? "", host: call.query["host"] as string | undefined });

const requireUser = (call: Call, { name, host }: { name: string; host: string | undefined }): Resource => {
  const instance = find(call);
  return found(call, USERS, userKey({ instance: instance.name, name, host: hostOf(instance, host) }));
};
