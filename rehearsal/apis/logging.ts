import type { Api, Call } from "../api";
import { badRequest, notRehearsed, permissionDenied } from "../errors";
import { ordered } from "../order";
import { pageOf } from "../pages";
import { withProjectId } from "../project";
import type { Resource } from "../store";
import { jobEntries } from "./logging/jobs";
import { writtenEntries, writtenHandlers } from "./logging/written";

/** The entries of jobs, and those that clients wrote. */
const listEntries = (call: Call): Resource => {
  const { body, project } = call;
  for (const name of (body["resourceNames"] ?? []) as string[])
    if (withProjectId(name, project) !== `projects/${project.id}`)
      throw permissionDenied(`The caller does not have permission on '${name}' (or it may not exist).`);
  const { filter = "", orderBy, pageSize, pageToken } = body as Asked;
  if (!isKept(filter))
    throw notRehearsed(
      'entries of other resources than resource.type="cloud_run_job", or than a logName of your own, are',
    );
  const order = orderIn(orderBy);
  const entries = ordered([...jobEntries(call), ...writtenEntries(call)], "timestamp");
  const items = order === "desc" ? entries.reverse() : entries;
  return pageOf({
    call,
    key: "entries",
    items,
    // Of one moment they are in the order in which they came.
    asked: { filter, orderBy: `timestamp ${order}`, ...(pageSize && { pageSize }), ...(pageToken && { pageToken }) },
  });
};

type Asked = { filter?: string; orderBy?: string; pageSize?: number; pageToken?: string };

/** The terms by which a filter takes only what is kept: everything but the logs of services and worker pools. */
const KEPT = [
  /^resource\.type\s*=\s*"?(?!cloud_run_(?:revision|worker_pool))[\w.]+"?$/,
  /^logName\s*=\s*"?[^"]*\/logs\/(?!run\.googleapis\.com)[^"]+"?$/,
];

/** Whether one of the terms that AND joins says so; https://cloud.google.com/logging/docs/view/logging-query-language */
const isKept = (filter: string): boolean =>
  !/\)\s*OR\b/.test(filter) &&
  filter
    .split(/\s+AND\s+|\n/)
    .map((term) => term.trim().replace(/^\(|\)$/g, ""))
    .some((term) => KEPT.some((pattern) => pattern.test(term)));

const orderIn = (given = "timestamp asc"): "asc" | "desc" => {
  const [, order] = /^timestamp (asc|desc)$/.exec(given) ?? [];
  if (order === undefined) throw badRequest({ field: "order_by", description: `Unsupported order_by: ${given}` });
  return order as "asc" | "desc";
};

export const logging: Api = {
  name: "logging",
  versions: ["v2"],
  service: "logging.googleapis.com",
  rehearsed: { fields: { ListLogEntriesRequest: ["filter", "orderBy", "pageSize", "pageToken", "resourceNames"] } },
  handlers: { "logging.entries.list": listEntries, ...writtenHandlers },
};
