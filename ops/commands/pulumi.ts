import { refuse } from "../../infra/problems";
import { exportState } from "../rotation/pulumi";
import { isCloud } from "../stack/environment";
import { protectedProblems } from "../stack/protected";
import { withExitCode, type Register } from "../terminal/command-line";
import { runInForeground } from "../terminal/processes";
import { withFailedBuilds } from "../start/failed-builds";
import { setUp, setUpCli, type Session } from "../start/set-up";
import { refuseElsewhere } from "../stack/elsewhere";
import { committedStack, stackOf } from "../stack/stack";

export const register: Register = (program) => {
  program
    .command("pulumi")
    .description("run Pulumi with the right environment, for example: pulumi preview -s dev")
    .argument("[args...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(withExitCode(pulumi));
};

const DESTROY = ["destroy", "down", "dn"];

/** Commands that read the stack's config file and take its place as an option. */
const TAKE_CONFIG_FILE = ["config", "up", "update", "preview", "pre", "refresh", ...DESTROY, "import", "watch"];

/** Commands that make or remove things; a refresh does neither. */
const CHANGE = ["up", "update", ...DESTROY, "watch"];

/** Runs Pulumi itself in the right environment; its exit code and signals are passed on. */
export const pulumi = async (args: string[]): Promise<number> => {
  const name = stackIn(args) ?? "dev";
  const stack = isMaking(args) && name !== "dev" ? committedStack(name) : stackOf(name);
  // Settings can be corrected on a machine without Docker.
  const session: Pick<Session, "binary" | "env"> & Partial<Session> =
    args[0] === "config" ? await setUpCli(stack) : await setUp({ stack, hideReady: true });
  // Pulumi would take what is on another engine for gone, and make it a second time with empty data.
  if (session.docker && CHANGE.includes(args[0] ?? "")) await refuseElsewhere({ stack, docker: session.docker });
  if (DESTROY.includes(args[0] ?? "") && isCloud(stack))
    refuse(protectedProblems({ stack: name, args, state: exportState({ ...session, stack, stackArgs: [] }) }));
  const file =
    stack.kind === "own" && TAKE_CONFIG_FILE.includes(args[0] ?? "") ? ["--config-file", stack.configFile] : [];
  const [command, ...rest] = args;
  // After a `--` the file would be a value.
  const words = command === undefined ? [] : [command, ...file, ...rest];
  return withFailedBuilds(() =>
    runInForeground({ command: session.binary, args: words, env: session.env, stdin: "inherit" }),
  );
};

/** A stack made by hand is meant to stay: it gets neither dev's passphrase nor a folder of its own. */
const isMaking = ([command, action]: readonly string[]): boolean =>
  command === "stack" && ["init", "new"].includes(action ?? "");

/** The stack that the arguments name: `-s x`, `-sx`, `--stack x`, `--stack=x`, or `stack init|select|rm x`. */
export const stackIn = (args: readonly string[]): string | undefined => {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  for (const [index, arg] of own.entries()) {
    if (arg === "-s" || arg === "--stack") return own[index + 1];
    const glued = /^(?:--stack=|-s=?)([^-].*)$/.exec(arg);
    if (glued) return glued[1];
  }
  const [command, action, name] = own;
  const names = command === "stack" && ["init", "new", "select", "rm"].includes(action ?? "");
  return names && name && !name.startsWith("-") ? name : undefined;
};
