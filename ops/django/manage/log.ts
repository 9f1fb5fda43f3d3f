import type { Google, LogEntry } from "./google";

type Following = { google: Google; execution: string; show: (line: string) => void };

/** Entries come late and out of order: so far back is asked again. */
const OVERLAP_MS = 60_000;

/** Shows the log of an execution as far as it is there; each call resolves to whether there was something new. */
export const followerOf = ({ google, execution, show }: Following) => {
  const seen = new Set<string>();
  let newest = 0;
  return async (): Promise<boolean> => {
    const [, project = "", , , , job = "", , id = ""] = execution.split("/");
    const filter = [
      'resource.type="cloud_run_job"',
      `resource.labels.job_name="${job}"`,
      `labels."run.googleapis.com/execution_name"="${id}"`,
      ...(newest > 0 ? [`timestamp>="${new Date(newest - OVERLAP_MS).toISOString()}"`] : []),
    ].join(" AND ");
    const fresh = (await google.entries({ project, filter })).filter(({ insertId }) => !seen.has(insertId));
    for (const entry of fresh) {
      seen.add(entry.insertId);
      newest = Math.max(newest, Date.parse(entry.timestamp));
      const text = textOf(entry);
      if (text !== undefined) show(text);
    }
    return fresh.length > 0;
  };
};

/** Undefined for what Google itself writes down, such as audits. */
const textOf = ({ textPayload, jsonPayload }: LogEntry): string | undefined => {
  if (jsonPayload === undefined) return textPayload;
  return typeof jsonPayload["message"] === "string" ? jsonPayload["message"] : JSON.stringify(jsonPayload);
};
