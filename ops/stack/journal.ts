import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { inFleet } from "./files";

/** A step of a management command, as it is written down. */
export type Noted = {
  /** One for all steps of a run. */
  run: string;
  step: "began" | "ended";
  /** Google's or the machine's name of who ran it. */
  who: string;
  /** `booking/usuarios` */
  service: string;
  /** Without values of secrets. */
  words: readonly string[];
  exitCode?: number;
  /** Why it did not come to an exit code. */
  failure?: string;
};

/** The file of what was run on a stack's services by hand, one JSON object a line. Nothing removes it. */
export const journalFile = (stack: string): string => inFleet("events", `${stack}.manage.jsonl`);

/** Adds a line to the journal of a stack. */
export const note = ({ stack, ...noted }: Noted & { stack: string }): void => {
  const file = journalFile(stack);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...noted })}\n`, { mode: 0o600 });
};
