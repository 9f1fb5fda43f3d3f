/** The message of a container that failed: what happened, the end of its log, the cure. */
export const failureOf = ({ happened, log, cure }: { happened: string; log: string; cure: string }): string => {
  const lines = log
    .trimEnd()
    .split("\n")
    .slice(-40)
    .map((line) => `    ${line}`);
  return [`${happened}; what depends on it was left as it was. It printed:`, ...lines, `  cure: ${cure}`].join("\n");
};
