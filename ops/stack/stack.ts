import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { NAME_PATTERN } from "../../infra/naming";
import { refuseWith, type Problem } from "../../infra/problems";
import { inFleet } from "./files";

export const PROJECT = "fleet";
/** Public on purpose: it protects nothing but this machine's throw-away values. */
export const DEV_PASSPHRASE_FILE = path.resolve("stacks", "dev.passphrase");

/**
 * A stack and its folders.
 *
 * - `dev`: committed config, the project's backend, the public passphrase.
 * - `committed`: any other stack with a Pulumi.<name>.yaml in the project, such as prod. It never gets the public
 *   passphrase, and its backend may come from the environment (PULUMI_BACKEND_URL).
 * - `own`: a throw-away stack of a person or a test, with config file and backend of its own under .fleet/stacks.
 */
export type Stack = {
  name: string;
  kind: "dev" | "committed" | "own";
  /** The folder of its config file. */
  folder: string;
  configFile: string;
  /** The folder of its file backend. */
  backend: string;
};

export const stackOf = (name: string): Stack => {
  checkName(name);
  const committed = committedStack(name);
  if (name === "dev") return { ...committed, kind: "dev" };
  return existsSync(committed.configFile) ? committed : ownStack({ name, fleet: inFleet() });
};

/** A throw-away stack of the clone whose folder of what can be made again is `fleet`. */
export const ownStack = ({ name, fleet }: { name: string; fleet: string }): Stack => {
  const folder = path.join(fleet, "stacks", name);
  const configFile = path.join(folder, `Pulumi.${name}.yaml`);
  return { name, kind: "own", folder, configFile, backend: path.join(folder, "state") };
};

/** Where the settings of a stack are read; one that is yet to be made starts from dev's. */
export const settingsFile = ({ configFile }: Stack): string =>
  existsSync(configFile) ? configFile : committedStack("dev").configFile;

export const stateFile = (stack: Stack): string =>
  path.join(stack.backend, ".pulumi", "stacks", PROJECT, `${stack.name}.json`);

/** A throw-away stack's own variables, JSON; null removes one. The file is optional. */
export const environmentFile = (stack: Stack): string => path.join(stack.folder, "environment.json");

/** A stack whose config file lies in the project. */
export const committedStack = (name: string): Stack => ({
  name,
  kind: "committed",
  folder: path.resolve(),
  configFile: path.resolve(`Pulumi.${name}.yaml`),
  backend: inFleet("state"),
});

/** A file backend has no organizations and calls its only one "organization". */
export const lockFolder = (stack: Stack): string =>
  path.join(stack.backend, ".pulumi", "locks", "organization", PROJECT, stack.name);

/** The command at the root of the clone. With npx in front, a registry would be asked for a stranger's package. */
export const LAUNCHER = "./fleet";

/** The command to type for a stack: `./fleet restore one --stack mine`. It names dev only by naming no other. */
export const command = (words: string, stack: string | { name: string }): string => {
  const name = typeof stack === "string" ? stack : stack.name;
  return `${LAUNCHER} ${words}${name === "dev" ? "" : ` --stack ${name}`}`;
};

/** Every stack that there is: dev, the committed ones, and the throw-away ones of this clone. */
export const knownStacks = (): string[] => {
  const committed = readdirSync(".").flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const own = existsSync(inFleet("stacks")) ? readdirSync(inFleet("stacks")) : [];
  return [...new Set(["dev", ...committed, ...own])];
};

/**
 * A stack that there is.
 * @throws ProblemsError for a name that nothing stands for.
 */
export const requireStack = (name: string): Stack => {
  const stack = stackOf(name);
  if (!existsSync(stack.configFile)) refuseWith(unknownStack(stack));
  return stack;
};

export const unknownStack = ({ name }: Stack): Problem => ({
  path: `stack ${name}`,
  message: `there is no stack of this name. Stacks here: ${knownStacks().join(", ")}`,
  cure: `${command("start", name)} (makes a throw-away one beside dev), or name one of those`,
});

/** For commands that act without a preview: a committed stack is refused. */
export const throwAwayStackOf = (name: string): Stack => {
  const stack = stackOf(name);
  if (stack.kind === "committed") {
    refuseWith({
      path: "--stack",
      message: `${name} is shared: preview it before updating`,
      cure: `./fleet pulumi up --stack ${name}`,
    });
  }
  return stack;
};

const checkName = (name: string): void => {
  if (NAME_PATTERN.test(name) && name.length <= 20) return;
  refuseWith({
    path: "--stack",
    message: `"${name}" cannot be a stack's name; allowed are at most 20 lower-case letters, digits and single "-" or "_" between them, starting with a letter`,
    cure: "./fleet start --stack dev",
  });
};
