import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import type { Session } from "../../ops/session";
import { stackOf } from "../../ops/stack";
import { measureCold } from "./cold";
import { measureLoad } from "./load";
import { progress, timed } from "./measure";
import { measureNoop } from "./noop";
import { readOptions } from "./options";
import { makeStack, removeStack, STACK, start } from "./stack";
import { measureStart } from "./start";
import { table, type Result } from "./table";

/** In this order: the last one leaves the stack down. */
const measurements: Record<string, (of: { session: Session; runs: number }) => Promise<Result[]>> = {
  noop: async (of) => [await measureNoop(of)],
  start: async (of) => [await measureStart(of)],
  load: async (of) => [await measureLoad(of)],
  cold: measureCold,
};

const main = async (): Promise<void> => {
  const { runs, only, json } = readOptions({ argv: process.argv, names: Object.keys(measurements) });
  progress(`Load of this machine: ${load()}`);
  const session = await newStack();
  try {
    await bringUp();
    const results: Result[] = [];
    for (const [name, measure] of Object.entries(measurements))
      if (only.includes(name)) results.push(...(await measure({ session, runs })));
    process.stdout.write(
      json ? `${JSON.stringify({ runs, results }, null, 2)}\n` : `${table(results)}\n${footer(runs)}\n`,
    );
  } finally {
    progress("removing the stack and its data");
    await removeStack();
  }
};

/** A run that was killed leaves its stack behind. */
const newStack = async (): Promise<Session> => {
  const isLeftOver = existsSync(stackOf(STACK).folder);
  const session = await makeStack();
  if (!isLeftOver) return session;
  await removeStack();
  return makeStack();
};

const bringUp = async (): Promise<void> => {
  progress("bringing the stack up; its images are built where they are missing");
  await timed(start);
};

const footer = (runs: number): string =>
  `Medians of ${runs}; a ratio is the median of the pairs' ratios. Load of this machine at the end: ${load()}`;

/** Of the last minute; above the number of processors, the seconds say little and the ratios more. */
const load = (): string => (loadavg()[0] ?? NaN).toFixed(1);

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
