import { labelOf, type Entry, type Summary } from "../../rehearsal/report";
import type { Fault } from "../../rehearsal/faults";
import type { Grant } from "../../rehearsal/grants";
import type { Ask } from "./ask";
import type { Finding } from "./messages";

type Told = Summary & { unusedGrants: Grant[]; pendingFaults: Fault[] };

type Line = { text: string; at?: string };

/** What the rehearsed cloud says of all that it was asked, in the order of the report in the terminal. */
export const readReport = async (ask: Ask): Promise<Finding[]> => {
  const told = await ask.get<Told>("_rehearsal/report");
  return [
    fault(
      "Against Google's descriptions",
      told.violations.flatMap((entry) => each(entry, entry.violations)),
    ),
    fault(
      "Not answered",
      told.unanswered.map((entry) => line(entry, entry.message)),
    ),
    fault(
      "Failures of the rehearsal's own",
      told.broken.map((entry) => line(entry, entry.message)),
    ),
    fault(
      "Refused for want of a permission",
      told.denied.map((entry) => line(entry, entry.denied)),
    ),
    fault(
      "Own answers not as Google's",
      told.ownViolations.flatMap((entry) => each(entry, entry.ownViolations)),
    ),
    note(
      "Grants that nothing has needed",
      told.unusedGrants.map(({ resource, role, member }) => ({ text: `${member} has ${role} on ${resource}` })),
    ),
    note(
      "Faults yet to happen",
      told.pendingFaults.map(({ kind, at, times, met }) => ({
        text: `${kind} at ${at}, ${times} times${met ? " more" : ""}`,
      })),
    ),
  ];
};

const line = (entry: Entry, text = ""): Line => ({ text: `${labelOf(entry)}: ${text}`, at: entry.at });
const each = (entry: Entry, texts: readonly string[] = []): Line[] => texts.map((text) => line(entry, text));

const fault = (title: string, lines: readonly Line[]): Finding => ({ title, isFault: true, lines: counted(lines) });
const note = (title: string, lines: readonly Line[]): Finding => ({ title, isFault: false, lines: counted(lines) });

/** Each line once, with how often it came and when last. */
const counted = (lines: readonly Line[]): Finding["lines"] =>
  [...new Set(lines.map(({ text }) => text))].map((text) => {
    const same = lines.filter((other) => other.text === text);
    const last = same.at(-1)?.at;
    return { text, times: same.length, ...(last === undefined ? {} : { last }) };
  });
