import { execFile } from "node:child_process";
import type { Samples } from "./statistics";

export type Command = { command: string; args: readonly string[]; cwd?: string; env?: NodeJS.ProcessEnv };

export const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Runs a command to its end and returns the seconds it took.
 * @throws with all it printed, when it fails: a number of something that does not work means nothing.
 */
export const timed = async ({ command, args, cwd, env }: Command): Promise<number> => {
  const started = performance.now();
  await new Promise<void>((resolve, reject) =>
    execFile(command, args, { cwd, env: env ?? process.env, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`)) : resolve(),
    ),
  );
  return (performance.now() - started) / 1000;
};

/**
 * Runs two commands in turn, one round more than it counts: the first fills caches. Who begins changes from round to
 * round, so that neither is always the one that runs into what the other left behind.
 */
export const alternate = async ({
  name,
  runs,
  ours,
  theirs,
}: {
  name: string;
  runs: number;
  ours: Command;
  theirs: Command;
}): Promise<Samples> => {
  const samples = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= runs; round++) {
    const sides = round % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const);
    for (const side of sides) {
      const seconds = await timed(side === "ours" ? ours : theirs);
      progress(`${name}: ${round === 0 ? "warm-up" : `${round}/${runs}`} ${side} ${seconds.toFixed(2)} s`);
      if (round > 0) samples[side].push(seconds);
    }
  }
  return samples;
};
