import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Call } from "../../api";
import { isObject } from "../../discovery/normalise";
import type { Resource } from "../../store";

/** What containers of executions wrote, line by line, once each attempt has ended. */
export const jobEntries = (call: Call): Resource[] => executionsIn(call).flatMap((one) => entriesOf(call, one));

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
