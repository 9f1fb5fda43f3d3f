import { InvalidArgumentError } from "commander";
import { refuseWith } from "../../infra/problems";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { formatter, type Line } from "../logs/line";
import type { From } from "../logs/read";
import { isRoutine } from "../logs/routine";
import { followAll, showHistory } from "../logs/show";
import { sinceOf } from "../logs/since";
import { openStack } from "../stack/running";
import { idOf, partsOf, selectParts } from "../stack/select";

type Options = {
  stack: string;
  follow?: boolean;
  since?: string;
  tail?: number;
  grep?: string;
  all?: boolean;
  json?: boolean;
};

export const register: Register = (program) => {
  withStack(program.command("logs"))
    .description("show what services and datastores print; all of the stack, or those named (leads, leads/web, web)")
    .argument("[names...]")
    .option("-f, --follow", "keep printing new lines")
    .option("--since <time>", "only lines since then: 30s, 10m, 2h, 2026-11-24T09:00:00Z")
    .option("-n, --tail <lines>", "the last lines of each", wholeNumber)
    .option("-g, --grep <pattern>", "only lines that match this regular expression, in any case")
    .option("-a, --all", "health checks and polls that went well too; --grep looks at all lines")
    .option("--json", "a line of JSON for each: time, service, text")
    .action(withExitCode(logs));
};

/** Prints what the stack's containers print: in order of time what was, and with `follow` what comes. */
export const logs = async (names: readonly string[], options: Options): Promise<number> => {
  const matches = filterOf(options);
  const from: From = {
    ...(options.since !== undefined && { since: sinceOf(options.since, new Date()) }),
    ...(options.tail !== undefined && { tail: options.tail }),
  };
  const running = await openStack(options.stack);
  const sources = selectParts({ names, parts: partsOf(running) }).map((part) => ({
    service: idOf(part),
    container: part.container,
  }));
  const format = formatter({
    services: sources.map(({ service }) => service),
    json: options.json ?? false,
    colour: process.stdout.isTTY && !process.env.NO_COLOR,
  });
  const emit = (lines: Line[]): void => void process.stdout.write(lines.map(format).join(""));
  endWithReader();
  const { docker } = running;
  const starts = await showHistory({ docker, sources, from, matches, emit });
  if (options.follow) await followAll({ docker, sources, starts, matches, emit, signal: new AbortController().signal });
  return 0;
};

/** `| head` closes the pipe: this is the end, not an error. */
const endWithReader = (): void => {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
};

const filterOf = ({ grep: pattern, all }: Pick<Options, "grep" | "all">): ((line: Line) => boolean) => {
  if (pattern === undefined) return all === true ? () => true : ({ text }) => !isRoutine(text);
  try {
    const expression = new RegExp(pattern, "i");
    return ({ text }) => expression.test(text);
  } catch (error) {
    refuseWith({
      path: "--grep",
      message: `"${pattern}" is not a regular expression: ${(error as Error).message}`,
      cure: "put a backslash before each of ( ) [ ] * + ? . that stands for itself",
    });
  }
};

const wholeNumber = (written: string): number => {
  if (!/^\d+$/.test(written)) throw new InvalidArgumentError("allowed: a whole number, such as 100");
  return Number(written);
};
