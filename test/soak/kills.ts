import fc from "fast-check";
import path from "node:path";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";
import type { Running } from "../../ops/terminal/processes";
import type { Machine } from "./machine";

/** What is killed in the middle of an update. */
const VICTIMS = {
  CLI: { of: (name: string, { command }: Running) => name === "pulumi" && / up /.test(command), signal: "SIGKILL" },
  "language host": { of: (name: string) => name === "pulumi-language-nodejs", signal: "SIGKILL" },
  "docker plugin": { of: (name: string) => name === "pulumi-resource-docker", signal: "SIGKILL" },
  "random plugin": { of: (name: string) => name === "pulumi-resource-random", signal: "SIGKILL" },
  "engine, killed": { of: (name: string) => name === "dockerd", signal: "SIGKILL" },
  "engine, stopped": { of: (name: string) => name === "dockerd", signal: "SIGTERM" },
} as const satisfies Record<string, { of: (name: string, process: Running) => boolean; signal: NodeJS.Signals }>;

type Victim = keyof typeof VICTIMS;

/** What the update has to do: make all containers, other limits and variables, or another image too. */
export type Work = "cold" | "edits" | "image";

/** A moment is a share of the time that such an update took last. */
export type Kill = { victim: Victim; work: Work; moment: number };

export const kills: fc.Arbitrary<Kill> = fc.record({
  victim: fc.constantFrom(...(Object.keys(VICTIMS) as Victim[])),
  work: fc.constantFrom<Work>("cold", "edits", "edits", "image"),
  // Doubles would be drawn evenly over their exponents: nearly all would be close to 0.
  moment: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
});

type Killing = { machine: Machine; start: { command: string[]; folder: string }; victim: Victim; afterMs: number };
type Killed = { landed: boolean; tookMs: number; output: string };

/**
 * Starts an update and kills the victim that many milliseconds after Pulumi's CLI began; tells how long the CLI worked.
 * It has not landed where the update had ended before.
 */
export const startAndKill = async ({ machine, start, victim, afterMs }: Killing): Promise<Killed> => {
  const child = machine.spawn(start);
  const output = Promise.all([text(child.stdout!), text(child.stderr!)]);
  const ended = once(child, "exit");
  const find = (name: Victim): Running | undefined =>
    machine.processes().find((each) => VICTIMS[name].of(path.basename(each.command.split(" ")[0] ?? ""), each));
  const isOver = (): boolean => child.exitCode !== null;
  while (!isOver() && !find("CLI")) await sleep(20);
  const began = Date.now();
  let landed = false;
  while (!isOver() && find("CLI")) {
    const found = Date.now() - began >= afterMs ? find(victim) : undefined;
    if (!found) {
      await sleep(20);
      continue;
    }
    process.kill(found.pid, VICTIMS[victim].signal);
    landed = true;
    break;
  }
  const tookMs = Date.now() - began;
  const isIn = await Promise.race([ended.then(() => true), sleep(HANGS_MS, false, { ref: false })]);
  if (!isIn) throw new Error(`the update went on for ${HANGS_MS / 1000} s after the kill of: ${victim}`);
  return { landed, tookMs, output: (await output).join("\n") };
};

const HANGS_MS = 300_000;
