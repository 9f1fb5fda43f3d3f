import type { Api, Call } from "../api";
import { permissionDenied } from "../errors";
import { projectResource } from "../grants";
import { pageOf } from "../pages";
import type { Resource } from "../store";
import { policyHandlers } from "./policies";

/** https://cloud.google.com/resource-manager/reference/rest; the one project there is was always there. */
const CREATED = "2026-01-01T00:00:00Z";

const get = (call: Call): Resource => (requireOwn(call), shown(call));

const shown = ({ project, version }: Call): Resource => {
  const common = { projectId: project.id, createTime: CREATED, labels: {} };
  if (version === "v1") return { ...common, projectNumber: project.number, name: project.id, lifecycleState: "ACTIVE" };
  return { ...common, name: `projects/${project.number}`, displayName: project.id, state: "ACTIVE" };
};

/** The projects that the caller can see. Version 1 lists them; version 3 searches them, and lists those of a parent alone. */
const search = (call: Call): Resource => {
  const { query } = call.query as { query?: string };
  const asked = query === undefined ? call.query : { ...call.query, filter: query };
  const facts = (item: Resource): Resource => ({ ...item, id: item["projectId"] });
  return pageOf({ call, key: "projects", items: [shown(call)], asked, facts });
};

const list = (call: Call): Resource => {
  if (call.version === "v1") return search(call);
  const { parent } = call.query as { parent?: string };
  throw permissionDenied(`The caller does not have permission on '${parent}' (or it may not exist).`);
};

/** A project of a person's own lies in no organization. */
const ancestry = (call: Call): Resource => {
  requireOwn(call);
  return { ancestor: [{ resourceId: { type: "project", id: call.project.id } }] };
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
    "cloudresourcemanager.projects.getAncestry": ancestry,
    "cloudresourcemanager.projects.list": list,
    "cloudresourcemanager.projects.search": search,
    ...policyHandlers({ methods: "cloudresourcemanager.projects", resource: requireOwn }),
  },
};
