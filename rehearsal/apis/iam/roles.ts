import type { Call, Handler } from "../../api";
import { badRequest, failedPrecondition, notRehearsed } from "../../errors";
import { bareEtag } from "../../etags";
import { CUSTOM_ROLES, type CustomRole } from "../../grants";
import { checkEtag, found, missing, refuseSecond } from "../../kept";
import { patched } from "../../masks";
import { nameIn, parentIn } from "../../names";
import { roles } from "../../names-of-google";
import { pageOf } from "../../pages";
import { permissionsOf } from "../../rights/roles";
import type { Resource } from "../../store";

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles */
const METHODS = "iam.projects.roles";
const ROLE_ID = /^[a-zA-Z0-9_.]{3,64}$/;
/** A service, a resource and a verb: "run.services.get". */
const PERMISSION = /^[a-z][\w-]*(?:\.[\w-]+){2,}$/i;

const create = (call: Call): Resource => {
  const { roleId = "", role = {} } = call.body as { roleId?: string; role?: Resource };
  if (!ROLE_ID.test(roleId)) {
    const description = `The role_id ${roleId} must have between 3 and 64 characters of a-z, A-Z, 0-9, "." and "_".`;
    throw badRequest({ field: "role_id", description });
  }
  const name = `${parentIn(call)}/roles/${roleId}`;
  refuseSecond(call, { kind: CUSTOM_ROLES, name });
  const { etag: _, deleted: __, name: ___, ...given } = role;
  return put(call, { stage: "ALPHA", ...checked(given), name });
};

/** @throws ApiError 400 for what is no permission */
const checked = (role: Resource): Resource => {
  const wrong = ((role["includedPermissions"] ?? []) as string[]).filter((permission) => !PERMISSION.test(permission));
  if (wrong.length === 0) return role;
  throw badRequest({ field: "role.included_permissions", description: `Permission ${wrong.join(", ")} is not valid.` });
};

const patch = (call: Call): Resource => {
  const role = found<CustomRole>(call, CUSTOM_ROLES);
  checkEtag(call, call.body["etag"], role);
  const { etag: _, name: __, deleted: ___, ...from } = call.body;
  return put(call, checked(patched(call, role, from)));
};

/** Kept for a while, so that it can be undeleted. */
const setDeleted =
  (deleted: boolean): Handler =>
  (call) => {
    const { deleted: before = false, ...role } = found<CustomRole>(call, CUSTOM_ROLES);
    checkEtag(call, call.query["etag"] ?? call.body["etag"], role);
    if (before === deleted)
      throw failedPrecondition(`The role ${role.name} is ${deleted ? "already" : "not"} deleted.`);
    return put(call, { ...role, ...(deleted && { deleted }) });
  };

const put = ({ store }: Call, role: Resource): Resource => {
  const { etag: _, ...content } = role;
  return store.put(CUSTOM_ROLES, content["name"] as string, { ...content, etag: bareEtag(content) });
};

const list = (call: Call): Resource => {
  const { view, showDeleted } = call.query as { view?: string; showDeleted?: boolean };
  const prefix = `${parentIn(call)}/roles/`;
  const items = call.store
    .list<CustomRole>(CUSTOM_ROLES, prefix)
    .filter(({ deleted }) => showDeleted === true || deleted !== true)
    .map(({ includedPermissions, ...role }) => ({ ...role, ...(view === "FULL" && { includedPermissions }) }));
  return pageOf({ call, key: "roles", items });
};

/** Google's own roles, of which this list has the names (names-of-google.ts), and rights/roles.json some with their permissions. */
const listGoogles = (call: Call): Resource => {
  const { view, parent } = call.query as { view?: string; parent?: string };
  if (parent) throw notRehearsed(`a parent of roles besides its own path is`);
  if (view === "FULL") throw notRehearsed("the permissions of all of Google's roles are");
  return pageOf({ call, key: "roles", items: roles.map((name) => ({ name })) });
};

const getGoogles = (call: Call): Resource => {
  const name = nameIn(call);
  if (!roles.includes(name)) throw missing(call, { kind: CUSTOM_ROLES, name });
  const includedPermissions = permissionsOf(name);
  if (!includedPermissions) throw notRehearsed(`the list of permissions of ${name} is`);
  return { name, includedPermissions, etag: "AA==" };
};

export const roleHandlers: Record<string, Handler> = {
  [`${METHODS}.create`]: create,
  [`${METHODS}.get`]: (call) => found(call, CUSTOM_ROLES),
  [`${METHODS}.list`]: list,
  [`${METHODS}.patch`]: patch,
  [`${METHODS}.delete`]: setDeleted(true),
  [`${METHODS}.undelete`]: setDeleted(false),
  "iam.roles.get": getGoogles,
  "iam.roles.list": listGoogles,
};
