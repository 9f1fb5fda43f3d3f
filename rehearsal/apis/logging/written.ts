import { randomUUID } from "node:crypto";
import type { Call, Handler } from "../../api";
import { badRequest, notFound } from "../../errors";
import { parentIn } from "../../names";
import { pageOf } from "../../pages";
import { withProjectId } from "../../project";
import type { Resource } from "../../store";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/write: what clients write themselves, by log. */
const LOGS = "logging.logs";
/** The oldest entries of a log go first. */
const MOST = 1000;

type Log = Resource & { entries: Resource[] };

export const writtenEntries = ({ store }: Call): Resource[] => store.list<Log>(LOGS).flatMap(({ entries }) => entries);

type Writing = { logName?: string; labels?: Resource; resource?: Resource; entries?: Resource[]; dryRun?: boolean };

/** Writes entries, each with what the request says for all of them. */
const write = (call: Call): Resource => {
  const { logName, labels, resource, entries = [], dryRun } = call.body as Writing;
  const written = entries.map((entry) =>
    filled(call, { ...(logName && { logName }), ...(resource && { resource }), ...entry }, labels),
  );
  if (dryRun === true) return {};
  for (const entry of written) {
    const name = String(entry["logName"]);
    const { entries: before = [] } = call.store.get<Log>(LOGS, name) ?? {};
    call.store.put(LOGS, name, { entries: [...before, entry].slice(-MOST) });
  }
  return {};
};

/** @throws ApiError 400 for an entry of no log of the project's */
const filled = (call: Call, entry: Resource, labels: Resource | undefined): Resource => {
  const given = (entry["logName"] ?? "") as string;
  const [, id] = /^projects\/[^/]+\/logs\/([^/]{1,512})$/.exec(withProjectId(given, call.project)) ?? [];
  if (id === undefined || !withProjectId(given, call.project).startsWith(`projects/${call.project.id}/`))
    throw badRequest({
      field: "entries.log_name",
      description: `Log name "${given}" is not of projects/${call.project.id}/logs/.`,
    });
  const now = new Date().toISOString();
  return {
    severity: "DEFAULT",
    insertId: randomUUID(),
    timestamp: now,
    resource: { type: "global", labels: { project_id: call.project.id } },
    ...entry,
    labels: { ...labels, ...(entry["labels"] as Resource | undefined) },
    logName: `projects/${call.project.id}/logs/${id}`,
    receiveTimestamp: now,
  };
};

/** A list of names and not of resources. */
const list = (call: Call): Resource => {
  const { logNames: page, ...rest } = pageOf({
    call,
    key: "logNames",
    items: logNames(call).map((name) => ({ name })),
  });
  return { ...rest, ...(page !== undefined && { logNames: (page as { name: string }[]).map(({ name }) => name) }) };
};

const logNames = (call: Call): string[] => {
  const names = call.store.entries(LOGS, `${parentIn(call)}/logs/`).map(([name]) => name);
  return names.sort();
};

/** The id of a log is escaped in its name, and was unescaped with the path. */
const remove = (call: Call): Resource => {
  const [, project = "", id = ""] =
    /^(.*?)\/logs\/(.*)$/s.exec(withProjectId(call.params["logName"] ?? "", call.project)) ?? [];
  const name = `${project}/logs/${encodeURIComponent(id)}`;
  if (!call.store.get(LOGS, name)) throw notFound(`Requested entity was not found: ${name}`);
  call.store.delete(LOGS, name);
  return {};
};

export const writtenHandlers: Record<string, Handler> = {
  "logging.entries.write": write,
  "logging.logs.list": list,
  "logging.logs.delete": remove,
  "logging.projects.logs.list": list,
  "logging.projects.logs.delete": remove,
};
