import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { reviewStack } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import { setUp, type CliSession, type Session } from "../start/set-up";
import { readConfig, withConfig } from "../stack/config-file";
import { ownVariables } from "../stack/environment";
import { inFleet, writeWhenChanged } from "../stack/files";
import { committedStack, environmentFile, ownStack, type Stack } from "../stack/stack";
import { runCaptured } from "../terminal/processes";
import type { Base } from "./base";

/** The stack of a pull request's review: in the backend of review-base, with its key. */
export const stackOfReview = ({ stack: base }: Pick<Base, "stack">, number: number): Stack => {
  const name = reviewStack(number);
  return base.kind === "committed"
    ? committedStack(name)
    : { ...ownStack({ name, fleet: inFleet() }), backend: base.backend };
};

type Writing = { base: Base; number: number; slot: number; systems: readonly string[] };

/** Writes the config file of a review: that of review-base, secrets included, and what is its own. No file of a review is committed. */
export const writeReview = ({ base, number, slot, systems }: Writing): Stack => {
  const stack = stackOfReview(base, number);
  refuseForeign(stack);
  const config = { "fleet:reviewSlot": String(slot), "fleet:systems": JSON.stringify(systems) };
  mkdirSync(stack.folder, { recursive: true, mode: 0o700 });
  writeWhenChanged(stack.configFile, withConfig({ text: readFileSync(base.stack.configFile, "utf8"), config }));
  if (stack.kind === "own") {
    const variables = { ...ownVariables(base.stack), PULUMI_BACKEND_URL: `file://${base.stack.backend}` };
    const entries = Object.entries(variables).map(([name, value]) => [name, value ?? null]);
    writeWhenChanged(environmentFile(stack), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
  }
  return stack;
};

/** @throws ProblemsError where a stack of this name is somebody's own */
const refuseForeign = ({ name, configFile }: Stack): void => {
  if (!existsSync(configFile) || readConfig(configFile).config["fleet:reviewSlot"] !== undefined) return;
  refuseWith({
    path: `stack ${name}`,
    message: `there is one of this name that is no review (${path.relative("", configFile)}): it would be overwritten`,
    cure: `keep it, and review from another clone; or take it away, data included: ./fleet down --stack ${name} --remove-data-of ${name}, then rm -r ${path.relative("", path.dirname(configFile))}`,
  });
};

/**
 * A review's stack, for work that needs its key and no more. Its slot and systems are those of the last `./fleet review up` of this
 * clone; without one, any will do.
 */
export const knownReview = ({ base, number }: Pick<Writing, "base" | "number">): Stack => {
  const { config } = readConfig(stackOfReview(base, number).configFile);
  const { "fleet:reviewSlot": slot = "1", "fleet:systems": systems } = config;
  return writeReview({
    ...{ base, number, slot: Number(slot) },
    systems: systems === undefined ? base.systems : (JSON.parse(systems) as string[]),
  });
};

/** A session on a review's stack, which is made where it is not there. */
export const openReview = async (stack: Stack): Promise<Session> => {
  const session = await setUp({ stack, create: true, hideReady: true });
  if (stack.kind === "committed") ensureMade(session, keyIn(stack));
  return session;
};

/** The key in a cloud that a stack's file names; undefined where a passphrase, in the environment, is its key. */
export const keyIn = ({ configFile }: Stack): string | undefined =>
  /^secretsprovider: *"?([^"\s]+)/m.exec(readFileSync(configFile, "utf8"))?.[1];

/** Makes a stack whose config file is written; one that is there stays. */
export const ensureMade = ({ stack, binary, env }: CliSession, key: string | undefined): void => {
  const init = ["stack", "init", stack.name, "--no-select", "--non-interactive"];
  const args = [...init, ...(key === undefined ? [] : ["--secrets-provider", key])];
  const { ok, stderr } = runCaptured({ command: binary, args, env });
  if (ok || /already exists/.test(stderr)) return;
  refuseWith({
    path: `stack ${stack.name}`,
    message: `it could not be made: ${stderr.trim().replace(/^error: /, "")}`,
    cure: "mend what Pulumi says (docs/reviews.md names what it needs), then run this again",
  });
};

/** Takes a review's files of this clone away, once its stack is gone. */
export const forgetReview = (stack: Stack): void => {
  if (stack.kind === "own") rmSync(stack.folder, { recursive: true, force: true });
  rmSync(stack.configFile, { force: true });
  for (const kind of ["json", "txt"]) rmSync(reportFile(stack.name, kind), { force: true });
};

/** What `./fleet review up` tells, for programs (json) and for the pull request (txt). */
export const reportFile = (stack: string, kind: string): string => {
  mkdirSync(inFleet("review"), { recursive: true, mode: 0o700 });
  return path.join(inFleet("review"), `${stack}.${kind}`);
};
