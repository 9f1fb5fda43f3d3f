import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Demand } from "../../../rehearsal/rights/demands";
import type { Entry } from "../../../rehearsal/report";

/** A command of docs/team.md's accounts. */
export type Command = "deploy" | "drift" | "rotate";

/** A request that a command sent, and the permissions that it needed. */
export type Recorded = { method: string; demands: Demand[] };

/** Every different request of each command, in the order of the first of each. */
export type Recording = { date: string; what: string; commands: Record<Command, Recorded[]> };

/**
 * The plugin asks for the values of secrets when it looks for drift, and goes on where it is refused: a version never changes
 * (terraform-provider-google, resource_secret_manager_secret_version.go).
 */
export const DISPENSABLE: readonly string[] = ["secretmanager.projects.secrets.versions.access"];

const FILE = join(import.meta.dirname, "recording.json");

export const readRecording = (): Recording => JSON.parse(readFileSync(FILE, "utf8")) as Recording;

/** The different requests of a report, by what they needed. */
export const recordedIn = (entries: readonly Entry[]): Recorded[] => {
  const asked = entries.flatMap(({ method, verb, api, demands }) =>
    demands === undefined ? [] : [{ method: method ?? `${api} ${verb}`, demands }],
  );
  return [...new Map(asked.map((one) => [JSON.stringify(one), one])).values()];
};

export const writeRecording = (recording: Recording): void => {
  const lines = Object.entries(recording.commands).map(
    ([command, all]) => `"${command}": [\n${all.map((one) => JSON.stringify(one)).join(",\n")}\n]`,
  );
  const { date, what } = recording;
  writeFileSync(FILE, `{ "date": "${date}", "what": "${what}", "commands": {\n${lines.join(",\n")}\n} }\n`);
};
