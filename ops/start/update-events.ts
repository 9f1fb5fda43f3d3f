import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { inFleet } from "../stack/files";

/** What an update did to resources, by their URNs. */
export type Changes = { made: string[]; changed: string[]; replaced: string[]; deleted: string[] };

/** What an update told: the messages of its errors, and what it did to resources. */
export type Told = { errors: string[]; changes: Changes };

/** The fields of Pulumi's engine events that are read here. */
type Event = {
  diagnosticEvent?: { severity?: string; message?: string };
  resOutputsEvent?: { metadata: { op: string; urn: string } };
};

/** The kinds of change by Pulumi's word for a step; a replacement's other steps say nothing more. */
const KINDS: Record<string, keyof Changes> = {
  create: "made",
  update: "changed",
  replace: "replaced",
  "create-replacement": "replaced",
  delete: "deleted",
};

/**
 * The file that an update of a stack writes its events to, one JSON object a line; secrets are masked in it. Pulumi adds
 * to what a killed update left.
 */
export const newEventsFile = (stack: string): string => {
  const file = inFleet("events", `${stack}.jsonl`);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  return file;
};

/** Reads the file of an update's events, and removes it. */
export const takeEvents = (file: string): Told => {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  rmSync(file, { force: true });
  const changes: Changes = { made: [], changed: [], replaced: [], deleted: [] };
  const errors: string[] = [];
  for (const { diagnosticEvent, resOutputsEvent } of text.split("\n").flatMap(eventIn)) {
    if (diagnosticEvent?.severity === "error") errors.push(diagnosticEvent.message ?? "");
    const { op = "", urn = "" } = resOutputsEvent?.metadata ?? {};
    const kind = KINDS[op];
    if (kind !== undefined && !changes[kind].includes(urn)) changes[kind].push(urn);
  }
  return { errors, changes };
};

/** A killed CLI leaves half a line at the end. */
const eventIn = (line: string): Event[] => (line.endsWith("}") ? [JSON.parse(line) as Event] : []);

/** The first of an update's errors that says why; what Pulumi says at the end of every failed one says nothing. */
export const reasonIn = (errors: readonly string[]): string => {
  const telling = errors.map((error) => error.trim()).filter((error) => error !== "" && !/^update failed$/.test(error));
  return telling[0]?.slice(0, 2000) ?? "Pulumi gave no reason";
};
