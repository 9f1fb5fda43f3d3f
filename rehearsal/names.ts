import type { Call } from "./api";
import { withProjectId } from "./project";
import { permissionDenied } from "./errors";

/**
 * A name from the path as the store keeps it: with the project's id, whichever of id and number was used.
 * @throws ApiError 403 for another project, as Google answers for one that the caller cannot see
 */
export const nameOf = ({ project }: Pick<Call, "project">, name: string): string => {
  const own = withProjectId(name, project);
  const [, id] = /^projects\/([^/]+)/.exec(own) ?? [];
  if (id === project.id || id === undefined) return own;
  throw permissionDenied(`The caller does not have permission on project '${id}' (or it may not exist).`);
};

/** The name of the resource that the path names. */
export const nameIn = (call: Call): string => nameOf(call, call.params["name"] ?? call.params["resource"] ?? "");

/** The name of the resource in which the path lists or creates others. */
export const parentIn = (call: Call): string => nameOf(call, call.params["parent"] ?? call.params["name"] ?? "");

/** The last part of a name. */
export const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** The name of the resource in which a resource lies: of "…/jobs/j/executions/e" it is "…/jobs/j". */
export const parentOf = (name: string): string => name.split("/").slice(0, -2).join("/");
