import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { ApiError } from "./errors";
import type { Demanded } from "./rights/demands";

/** One request, as it is written down. `method` is a discovery method id where there is one. */
export type Entry = Demanded & {
  at: string;
  ms: number;
  /** The API, "registry", or "elsewhere" for a request that was meant for another host. */
  api: string;
  verb: string;
  path: string;
  method?: string;
  status: number;
  /** The message of an error. */
  message?: string;
  /** The violations of the discovery document, in Google's words. */
  violations?: string[];
  /** A method or product that the rehearsal does not answer, or a request that was meant for another host. */
  unanswered?: true;
  /** A failure of the rehearsal's own. */
  broken?: true;
  /** The violations of the discovery document in the rehearsal's own answer. */
  ownViolations?: string[];
};

/** An entry as it is added: without a time it is of now, and took none. */
export type Added = Omit<Entry, "at" | "ms"> & Partial<Pick<Entry, "at" | "ms">>;

export type Summary = {
  /** The number of all requests ever, by API. */
  requests: Record<string, number>;
  violations: Entry[];
  unanswered: Entry[];
  /** Failures of the rehearsal's own. */
  broken: Entry[];
  /** What a caller lacked a permission for. */
  denied: Entry[];
  ownViolations: Entry[];
  /** Answers of 400 and above, by method and status. */
  errors: Record<string, number>;
  first?: string;
  last?: string;
};

/** Every request, one line of JSON each, so that nothing is lost when the server is killed. */
export class Report {
  constructor(readonly file: string) {}

  add({ at = new Date().toISOString(), ms = 0, ...of }: Added): void {
    const entry: Entry = { at, ms, ...of };
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    appendFileSync(this.file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    for (const line of loudLines(entry)) process.stderr.write(`${line}\n`);
  }

  /** Writes down what failed outside of the APIs, such as a front end. */
  fail({ error, ...of }: { api: string; verb: string; path: string; error: Error }): void {
    this.add({ ...of, status: 500, message: error.message, broken: true });
  }

  entries(): Entry[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Entry);
  }

  empty(): void {
    rmSync(this.file, { force: true });
  }

  /** Counts all requests; lists violations only `since` a moment (as in `at`). */
  summary(since = ""): Summary {
    const entries = this.entries();
    const recent = entries.filter(({ at }) => at >= since);
    return {
      requests: count(entries.map(({ api }) => api)),
      violations: recent.filter(({ violations }) => violations),
      unanswered: recent.filter(({ unanswered }) => unanswered),
      broken: recent.filter(({ broken }) => broken),
      denied: recent.filter(({ denied }) => denied),
      ownViolations: recent.filter(({ ownViolations }) => ownViolations),
      errors: count(entries.flatMap((entry) => (entry.status >= 400 ? [`${entry.status} ${labelOf(entry)}`] : []))),
      ...(entries[0] && { first: entries[0].at }),
      ...(entries.at(-1) && { last: entries.at(-1)!.at }),
    };
  }
}

/** How an error stands in the report: what is not rehearsed and what is broken make a rehearsal fail. */
export const noteOf = ({ message, status }: ApiError): Pick<Entry, "message" | "unanswered" | "broken"> => ({
  message,
  ...(status === "UNIMPLEMENTED" && { unanswered: true }),
  ...(status === "INTERNAL" && { broken: true }),
});

export const labelOf = ({ method, verb, path }: Entry): string => method ?? `${verb} ${path}`;

const loudLines = (entry: Entry): string[] => [
  ...(entry.unanswered ? [`NOT ANSWERED: ${entry.verb} ${entry.path}: ${entry.message ?? ""}`] : []),
  ...(entry.broken ? [`OUR FAILURE: ${labelOf(entry)}: ${entry.message ?? ""}`] : []),
  ...(entry.denied ? [`DENIED: ${labelOf(entry)}: ${entry.denied}`] : []),
  ...(entry.violations ?? []).map((text) => `VIOLATION in ${labelOf(entry)}: ${text}`),
  ...(entry.ownViolations ?? []).map((text) => `OUR ANSWER to ${labelOf(entry)} is not Google's: ${text}`),
];

const count = (names: readonly string[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
};
