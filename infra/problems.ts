import type { Change } from "./cures";

/** A fault that a person has to mend before anything is touched. */
export type Problem = {
  /** Its place: a config key (`fleet:portOffset`), a place in the catalogue (`leads.web.hostPort`), a container. */
  path: string;
  /** The fault, with the value that was seen and the values that are allowed. */
  message: string;
  /** The cure: where there is one, the command to run. */
  cure: string;
  /** The change of a setting that `cure` makes, for a command that was given the setting and words the cure itself. */
  change?: Change;
};

export const describe = ({ path, message, cure }: Problem): string => `${path}: ${message}\n    cure: ${cure}`;

/** An error for people: Pulumi prints its message alone, without a stack trace. */
export class PlainError extends Error {
  /** The mark by which Pulumi's runtime knows such an error (pulumi.RunError has it too). */
  readonly __pulumiRunError = true;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
    // Some paths of the runtime print the stack of a marked error too.
    this.stack = message;
  }
}

/** Carries every problem at once. */
export class ProblemsError extends PlainError {
  constructor(readonly problems: readonly Problem[]) {
    const title = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${title}, nothing was touched:\n${problems.map((problem) => `  - ${describe(problem)}`).join("\n")}`);
  }
}

/**
 * The problems of several steps, reported together. A step goes on with a default where a setting is wrong, and may call
 * it missing once more: for each path, the first step's problem counts.
 */
export const inOneRound = (...steps: readonly (readonly Problem[])[]): Problem[] =>
  steps.flatMap((step, index) => {
    const told = new Set(steps.slice(0, index).flatMap((before) => before.map(({ path }) => path)));
    return step.filter(({ path }) => !told.has(path));
  });

/** `[found]` where `isSo`, else nothing: one entry in a list of checks. */
export const when = <T>(isSo: boolean, found: T): T[] => (isSo ? [found] : []);

/** Throws a ProblemsError when there are problems; otherwise does nothing. */
export const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new ProblemsError(problems);
};

/** Ends here with the one problem that there is. */
export const refuseWith: (problem: Problem) => never = (problem) => {
  throw new ProblemsError([problem]);
};

/** " Did you mean X?" when one of `allowed` is close to what was written, else nothing. */
export const suggestion = (written: string, allowed: readonly string[]): string => {
  const meant = closest(written, allowed);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
};

/** The one of `allowed` that was probably meant: at most two characters away from what was written. */
export const closest = (written: string, allowed: readonly string[]): string | undefined =>
  [...allowed].sort((a, b) => distance(written, a) - distance(written, b)).find((each) => distance(written, each) <= 2);

/** Levenshtein's edit distance, in single-character edits. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
