import type Docker from "dockerode";
import { variablesFor, withVariables, type Tools } from "./environment";
import { ensureBackend } from "./setup/backend";
import { ensureBaseImages } from "./setup/base-images";
import { requireDisk } from "./setup/disk";
import { ensureEngine } from "./setup/engine";
import { exclusively } from "./setup/exclusive";
import { runPhase, type Phase } from "./setup/phase";
import { ensureTools, type Plugin } from "./setup/tools";
import type { Stack } from "./stack";

/** A machine that is set up, and a stack on it. */
export type Session = {
  stack: Stack;
  docker: Docker;
  /** The Pulumi CLI itself; the npm package's wrapper would not pass signals on. */
  binary: string;
  /** The environment in which it works on this stack. */
  env: NodeJS.ProcessEnv;
  /** `--stack` and, for a stack with a config file elsewhere, `--config-file`. */
  stackArgs: string[];
};

/**
 * The one way to a working machine: every step is skipped when done, and starts again where it was cut off.
 * dev is made when it is absent; another throw-away stack only with `create`.
 */
export const setUp = async ({
  stack,
  create = false,
  quiet = false,
}: {
  stack: Stack;
  create?: boolean;
  quiet?: boolean;
}): Promise<Session> => {
  const step = <T>(name: string, phase: Phase<T>): Promise<T> =>
    runPhase({ name, quiet, phase: (report) => exclusively({ report, work: async () => phase(report) }) });

  requireDisk({ folder: process.cwd(), neededGiB: 1, what: "working here" });
  const engine = await step("engine", (report) => ensureEngine(report));
  const pulumi = await step("tools", (report) => ensureTools({ plugins: pluginsFor(stack), report }));
  const imagePrefix = await step("images", (report) => ensureBaseImages({ engine, report }));
  const tools: Tools = { source: pulumi.source, home: pulumi.home, imagePrefix, engineHost: engine.host };
  await step("backend", (report) => ensureBackend({ stack, tools, binary: pulumi.binary, create, report }));

  const env = withVariables(process.env, variablesFor({ stack, tools, inherited: process.env }));
  return { stack, docker: engine.docker, binary: pulumi.binary, env, stackArgs: stackArgsFor(stack) };
};

/** dev and throw-away stacks never load Google Cloud's plugin, which is large. */
const pluginsFor = ({ kind }: Stack): Plugin[] =>
  kind === "committed" ? ["docker", "random", "gcp"] : ["docker", "random"];

const stackArgsFor = ({ name, kind, configFile }: Stack): string[] => [
  "--stack",
  name,
  ...(kind === "own" ? ["--config-file", configFile] : []),
];
