import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Api, Call } from "../api";
import { badRequest, notRehearsed, permissionDenied } from "../errors";
import { isObject } from "../discovery/normalise";
import { pageOf } from "../pages";
import { withProjectId } from "../project";
import type { Resource } from "../store";

/** The resource type, the job and the execution of an entry, as a filter names them. */
const TYPE = "resource.type";
const JOB = "resource.labels.job_name";
const EXECUTION = 'labels."run.googleapis.com/execution_name"';
const SINCE = "timestamp>";

/** The entries of jobs alone: what containers of executions wrote, line by line, once each attempt has ended. */
const listEntries = (call: Call): Resource => {
  const { body, project } = call;
  for (const name of body["resourceNames"] as string[])
    if (withProjectId(name, project) !== `projects/${project.id}`)
      throw permissionDenied(`The caller does not have permission on '${name}' (or it may not exist).`);
  const wanted = filterIn((body["filter"] as string | undefined) ?? "");
  const { [TYPE]: type, [JOB]: job, [EXECUTION]: execution, [SINCE]: since = "" } = wanted;
  if (type !== "cloud_run_job") throw notRehearsed(`entries of other resources than ${TYPE}="cloud_run_job" are`);
  const entries = executionsIn(call)
    .filter((one) => (execution ?? one) === one && (job ?? jobOf(one)) === jobOf(one))
    .flatMap((one) => entriesOf(call, one))
    .filter(({ timestamp }) => String(timestamp) >= since);
  const items = orderIn(body["orderBy"] as string | undefined) === "desc" ? entries.reverse() : entries;
  const { pageSize, pageToken } = body;
  return pageOf({ call, key: "entries", items, asked: { pageSize, pageToken } as object });
};

/**
 * Comparisons with `=`, and of the time with `>=`, joined by AND (https://cloud.google.com/logging/docs/view/logging-query-language).
 * @throws ApiError 501 for the rest of the language
 */
const filterIn = (filter: string): Record<string, string> =>
  Object.fromEntries(
    filter.split(/\s+AND\s+/).map((term) => {
      const [, field = "", value = ""] = /^\s*(\S+?)\s*=\s*"([^"]*)"\s*$/.exec(term) ?? [];
      if (![TYPE, JOB, EXECUTION, SINCE].includes(field)) throw notRehearsed(`the term ${term} of a filter is`);
      return [field, value];
    }),
  );

const orderIn = (given = "timestamp asc"): "asc" | "desc" => {
  const [, order] = /^timestamp (asc|desc)$/.exec(given) ?? [];
  if (order === undefined) throw badRequest({ field: "order_by", description: `Unsupported order_by: ${given}` });
  return order as "asc" | "desc";
};

const folderOf = ({ realise }: Call): string => path.join(realise.folder, "logs");

/** The names of all executions that wrote something; the log of one outlives its job. */
const executionsIn = (call: Call): string[] =>
  existsSync(folderOf(call))
    ? readdirSync(folderOf(call))
        .filter((file) => file.endsWith(".log"))
        .map((file) => file.slice(0, -".log".length))
        .sort()
    : [];

/** An execution is named after its job, with a random end. */
const jobOf = (execution: string): string => execution.replace(/-[^-]+$/, "");

const entriesOf = (call: Call, execution: string): Resource[] => {
  const file = path.join(folderOf(call), `${execution}.log`);
  const timestamp = statSync(file).mtime.toISOString();
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line, index) => ({
    logName: `projects/${call.project.id}/logs/run.googleapis.com%2Fstdout`,
    resource: { type: "cloud_run_job", labels: { project_id: call.project.id, job_name: jobOf(execution) } },
    labels: { "run.googleapis.com/execution_name": execution },
    insertId: `${execution}-${String(index).padStart(6, "0")}`,
    timestamp,
    receiveTimestamp: timestamp,
    ...payloadOf(line),
  }));
};

/** A line that is a JSON object is taken apart, as Cloud Run does: https://cloud.google.com/run/docs/logging */
const payloadOf = (line: string): Resource => {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return { jsonPayload: value };
  } catch {
    // It is text.
  }
  return { textPayload: line };
};

export const logging: Api = {
  name: "logging",
  versions: ["v2"],
  service: "logging.googleapis.com",
  rehearsed: { fields: { ListLogEntriesRequest: ["filter", "orderBy", "pageSize", "pageToken", "resourceNames"] } },
  handlers: { "logging.entries.list": listEntries },
};
