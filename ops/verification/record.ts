import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A request to Google and its answer, redacted: a line of a record. */
export type Recorded = {
  /** The API's name, such as "run". */
  api: string;
  verb: string;
  /** Below the API's root, such as "v2/projects/p/locations/l/services". */
  path: string;
  /** Without the question mark. */
  query: string;
  body?: unknown;
  status: number;
  answer?: unknown;
};

/** Adds a line. */
export const addRecorded = (file: string, recorded: Recorded): void => {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, `${JSON.stringify(recorded)}\n`, { mode: 0o600 });
};

/** The lines of a record in the order in which answers came; a killed recorder leaves half a line at the end. */
export const readRecord = (file: string): Recorded[] =>
  (existsSync(file) ? readFileSync(file, "utf8") : "")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as Recorded);
