import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The permissions of Google's roles, with their source and date (update.ts). */
type Roles = { source: string; date: string; roles: Record<string, string[]> };

const { roles } = JSON.parse(readFileSync(join(import.meta.dirname, "roles.json"), "utf8")) as Roles;
const permissionsByRole = new Map(Object.entries(roles).map(([role, permissions]) => [role, new Set(permissions)]));

/** Whether the list has a role, such as "roles/run.admin". */
export const isKnownRole = (role: string): boolean => permissionsByRole.has(role);

/** Whether a role holds any permission whose name begins so, such as "run.". */
export const touches = (role: string, prefix: string): boolean =>
  [...(permissionsByRole.get(role) ?? [])].some((permission) => permission.startsWith(prefix));

/** Whether a role holds a permission; one that the list lacks holds none. */
export const holdsPermission = (role: string, permission: string): boolean =>
  permissionsByRole.get(role)?.has(permission) ?? false;

/** The permissions of a role, in order; undefined for one that the list lacks. */
export const permissionsOf = (role: string): string[] | undefined => {
  const permissions = permissionsByRole.get(role);
  return permissions && [...permissions].sort();
};
