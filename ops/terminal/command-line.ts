import { InvalidArgumentError, type Command } from "commander";
import { refuse } from "../../infra/problems";

/** Every file in commands/ exports one; it adds its commands to the program. */
export type Register = (program: Command) => void;

/** The option that nearly every command has. */
export const withStack = (command: Command): Command => command.option("-s, --stack <name>", "the stack", "dev");

/** For options that may be given more than once. */
export const collect = (value: string, before: string[]): string[] => [...before, value];

/** The option of commands that take settings; `what` says what becomes of them. */
export const withSettings = (command: Command, what: string): Command =>
  command.option("-c, --config <key=value>", what, collect, []);

/** For options that are a port of this machine. */
export const portNumber = (written: string): number => {
  const port = Number(written);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("allowed: a whole number from 0 to 65535");
};

/** The value of an option that counts; at most a thousand. */
export const timesNumber = (written: string): number => {
  const times = Number(written);
  if (Number.isInteger(times) && times >= 0 && times <= 1000) return times;
  throw new InvalidArgumentError("allowed: a whole number from 0 to 1000");
};

/**
 * `key=value` settings by their keys; a value may hold an `=` itself.
 * @throws ProblemsError for each that has no key or no value.
 */
export const settingsIn = (pairs: readonly string[]): Record<string, string> => {
  refuse(
    pairs
      .filter((pair) => pair.indexOf("=") < 1)
      .map((pair) => ({
        path: "--config",
        message: `"${pair}" is not a setting; allowed: a key and its value, with = between them`,
        cure: "--config fleet:portOffset=1000",
      })),
  );
  return Object.fromEntries(
    pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
};

/** Makes an action of a function that resolves to the command's exit code; commander's own last arguments are dropped. */
export const withExitCode =
  <A extends unknown[]>(command: (...args: A) => Promise<number>) =>
  async (...args: [...A, ...unknown[]]): Promise<void> => {
    process.exitCode = await command(...(args.slice(0, -1) as A));
  };
