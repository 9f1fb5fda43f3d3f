import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { reviewStack } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import { setUp, type Session } from "../start/set-up";
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
  if (stack.kind === "committed") ensureMade(session);
  return session;
};

/** A key in the cloud is named in the file that review-base gave; a passphrase is in the environment. */
const ensureMade = ({ stack, binary, env }: Session): void => {
  const [, key] = /^secretsprovider: *"?([^"\s]+)/m.exec(readFileSync(stack.configFile, "utf8")) ?? [];
  const init = ["stack", "init", stack.name, "--no-select", "--non-interactive"];
  const { ok, stderr } = runCaptured({
    ...{ command: binary, env },
    args: [...init, ...(key === undefined ? [] : ["--secrets-provider", key])],
  });
  if (ok || /already exists/.test(stderr)) return;
  refuseWith({
    path: `stack ${stack.name}`,
    message: `it could not be made: ${stderr.trim().replace(/^error: /, "")}`,
    cure: "mend what Pulumi says, then run this again",
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
