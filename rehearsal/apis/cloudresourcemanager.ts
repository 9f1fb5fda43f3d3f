import type { Api, Call } from "../api";
import { permissionDenied } from "../errors";
import { projectResource } from "../grants";
import type { Resource } from "../store";
import { policyHandlers } from "./policies";

/** https://cloud.google.com/resource-manager/reference/rest; the one project there is was always there. */
const CREATED = "2026-01-01T00:00:00Z";

const get = (call: Call): Resource => {
  const { project } = call;
  requireOwn(call);
  const common = { projectId: project.id, createTime: CREATED, labels: {} };
  if (call.version === "v1")
    return { ...common, projectNumber: project.number, name: project.id, lifecycleState: "ACTIVE" };
  return { ...common, name: `projects/${project.number}`, displayName: project.id, state: "ACTIVE" };
};

/** v1 has the bare id in its path, v3 `projects/<id>`. */
const requireOwn = ({ params, project }: Call): string => {
  const id = (params["projectId"] ?? params["resource"] ?? params["name"] ?? "").replace(/^projects\//, "");
  if (id !== project.id && id !== project.number)
    throw permissionDenied(`The caller does not have permission on project '${id}' (or it may not exist).`);
  return projectResource(project.id);
};

export const cloudresourcemanager: Api = {
  name: "cloudresourcemanager",
  versions: ["v1", "v3"],
  service: "cloudresourcemanager.googleapis.com",
  handlers: {
    "cloudresourcemanager.projects.get": get,
    ...policyHandlers({ methods: "cloudresourcemanager.projects", resource: requireOwn }),
  },
};
