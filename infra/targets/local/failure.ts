import { PlainError } from "../../problems";

/** The error of a container that failed: what happened, the end of its log, the cure. */
export const failureOf = ({ happened, log, cure }: { happened: string; log: string; cure: string }): PlainError => {
  const lines = log
    .trimEnd()
    .split("\n")
    .slice(-40)
    .map((line) => `    ${line}`);
  const told = [`${happened}; what depends on it was left as it was. It printed:`, ...lines, `  cure: ${cure}`];
  return new PlainError(told.join("\n"));
};
