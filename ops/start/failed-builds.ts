import { readFileSync, statSync } from "node:fs";
import { logsOfBuilds } from "../../infra/targets/context";
import { tell } from "../terminal/phase";

const SHOWN_LINES = 20;

/**
 * Runs Pulumi and, where it fails, shows what the builds that failed in it said at their ends: the provider's own error names
 * a step and its exit code alone.
 */
export const withFailedBuilds = async (run: () => Promise<number>): Promise<number> => {
  const began = Date.now();
  const code = await run();
  if (code !== 0) failedBuilds(began).forEach(tell("build"));
  return code;
};

const failedBuilds = (since: number): string[] =>
  logsOfBuilds()
    .filter(({ file }) => statSync(file).mtimeMs >= since)
    .flatMap(({ name, file }) => {
      const said = failureIn(readFileSync(file, "utf8"));
      const title = `${name} could not be built; the end of its log (${file}):`;
      return said === undefined ? [] : [title, ...said.map((line) => `  ${line}`)];
    });

/** The last lines of the step that failed in the last build of a log; undefined where that build went well. */
export const failureIn = (log: string): string[] | undefined => {
  const lines = log.split("\n");
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith("#0 ")));
  const step = last.map((line) => /^(#\d+ )ERROR/.exec(line)?.[1]).find((found) => found !== undefined);
  if (step === undefined) return undefined;
  return last
    .filter((line) => line.startsWith(step))
    .map((line) => line.slice(step.length))
    .slice(-SHOWN_LINES);
};
