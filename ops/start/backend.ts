import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { thisClone } from "../../infra/targets/local/clone";
import { refuse, refuseWith } from "../../infra/problems";
import { envrc, ownVariables, environmentFor, type Tools } from "../stack/environment";
import { writeWhenChanged } from "../stack/files";
import { runCaptured } from "../terminal/processes";
import { rememberPlace } from "../stack/locks";
import { PROJECT, stateFile, unknownStack, type Stack } from "../stack/stack";
import { passphraseProblems } from "./passphrase";
import type { Report } from "../terminal/phase";

type Wanted = { stack: Stack; tools: Tools; binary: string; create: boolean; report: Report };

/** The project-local state folder, the environment file for shells, and the stack itself. */
export const ensureBackend = async (of: Wanted): Promise<void> => {
  if (writeWhenChanged(path.resolve(".envrc"), envrc(of.tools))) of.report("wrote .envrc (for a shell: source .envrc)");
  await ensureStack(of);
};

/**
 * The project-local state folder and the stack itself.
 * @throws ProblemsError where a throw-away stack is not there and `create` is false.
 */
export const ensureStack = async ({ stack, tools, binary, create, report }: Wanted): Promise<void> => {
  // A clone that has a state before it has an id counts as one of before there were ids.
  thisClone();
  rememberPlace();
  if (stack.kind !== "own") mkdirSync(stack.backend, { recursive: true, mode: 0o700 });
  // A committed stack is made by hand, with a backend and a secrets provider of its owner's choice.
  if (stack.kind === "committed") return;

  if (stack.kind === "own") {
    if (!create && !existsSync(stack.configFile)) refuseWith(unknownStack(stack));
    prepareOwn(stack);
  }
  if (!hasOwnPassphrase(stack)) refuse(await passphraseProblems(stack));
  if (existsSync(stateFile(stack))) return;
  createStack({ stack, env: environmentFor({ stack, tools }), binary });
  report(`made the stack ${stack.name}`);
};

/** Such a stack gets a salt of its own when it is created. */
const hasOwnPassphrase = (stack: Stack): boolean =>
  stack.kind === "own" && ownVariables(stack)["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;

/** Starts from dev's config, salt included; `--config` then sets what differs. */
const prepareOwn = ({ folder, configFile, backend }: Stack): void => {
  mkdirSync(backend, { recursive: true, mode: 0o700 });
  const project = `name: ${PROJECT}\nruntime: nodejs\n`;
  // `pulumi stack init` knows no --config-file: run beside this Pulumi.yaml it finds the stack's config here.
  writeWhenChanged(path.join(folder, "Pulumi.yaml"), project);
  if (!existsSync(configFile)) writeWhenChanged(configFile, readFileSync(path.resolve("Pulumi.dev.yaml"), "utf8"));
};

const createStack = ({ stack, env, binary }: { stack: Stack; env: NodeJS.ProcessEnv; binary: string }): void => {
  const before = readFileSync(stack.configFile, "utf8");
  const { ok, stderr } = runCaptured({
    command: binary,
    args: ["stack", "init", stack.name, "--no-select", "--non-interactive"],
    env,
    cwd: stack.folder,
  });
  if (ok && (hasOwnPassphrase(stack) || readFileSync(stack.configFile, "utf8") === before)) return;
  refuseWith({
    path: `stack ${stack.name}`,
    message: ok
      ? `making it changed ${stack.configFile}: its encryptionsalt is missing`
      : `it could not be made: ${stderr.trim()}`,
    cure: ok ? `git checkout ${path.basename(stack.configFile)}` : "mend what Pulumi says, then run this again",
  });
};
