import type { Match } from "../discovery/routes";
import type { Policy } from "../grants";
import { withProjectId, type Project } from "../project";
import type { Resource } from "../store";
import type { Attributes } from "./condition";
import { lineage, modifiedRoles, type Demand } from "./demands";
import { METHOD_PERMISSIONS } from "./methods";

type Asking = {
  match: Match;
  body: Resource;
  /** The API's service, such as "run.googleapis.com". */
  service: string;
  project: Project;
  policyOf: (resource: string) => Policy;
};

/** What a request needs on the resource that its path names; undefined for a method whose permissions are not known. */
export const demandsOf = ({ match, body, service, project, policyOf }: Asking): Demand[] | undefined => {
  const name = namedIn(match, project);
  const resources = lineage({ service, name, project });
  const isChange = match.method.id.endsWith(".setIamPolicy");
  const modified = isChange && modifiedRoles(policyOf(resources[0]!), body["policy"] ?? {});
  const instance = instanceOf(service, name);
  const attributes: Attributes = {
    ...(instance && { resource: instance }),
    ...(modified && { modifiedRoles: modified }),
  };
  return METHOD_PERMISSIONS[match.method.id]?.map((permission) => ({ permission, resources, attributes }));
};

/** The resource of a path: Cloud SQL names its parts one by one, version 1 of the resource manager has the bare project. */
const namedIn = ({ params }: Match, project: Project): string => {
  const { name, resource, parent, instance } = params;
  const sql = instance && `projects/${params["project"] ?? ""}/instances/${instance}`;
  const given = withProjectId(sql ?? name ?? resource ?? parent ?? "", project).replace(/^projects\/-\//, own(project));
  return given.startsWith("projects/") ? given : `projects/${project.id}`;
};

const own = ({ id }: Project): string => `projects/${id}/`;

/** Conditions on a resource are rehearsed for Cloud SQL's instances alone: the program has no others. */
const instanceOf = (service: string, name: string): Attributes["resource"] =>
  service === "sqladmin.googleapis.com" && /\/instances\/[^/]+$/.test(name)
    ? { type: "sqladmin.googleapis.com/Instance", name }
    : undefined;
