import { loadavg } from "node:os";
import type { Session } from "../../ops/start/set-up";
import { measureBoot } from "./boot";
import { measureCold } from "./cold";
import { measureImages } from "./images";
import { measureLoad } from "./load";
import { progress, timed } from "./measure";
import { measureNoop } from "./noop";
import { readOptions } from "./options";
import { measureRate } from "./rate";
import { DEVELOPMENT, makeStack, PRODUCTION, removeStack, start, type BenchStack } from "./stack";
import { measureStart } from "./start";
import { table, type Result } from "./table";

type Measure = (of: { session: Session; runs: number }) => Promise<Result[]>;

/** What is measured on which stack, in this order: `cold` leaves its stack down. */
const measurements: { on: BenchStack; measures: Record<string, Measure> }[] = [
  {
    on: DEVELOPMENT,
    measures: {
      noop: async (of) => [await measureNoop(of)],
      start: async (of) => [await measureStart(of)],
      load: async (of) => [await measureLoad(of)],
      cold: measureCold,
    },
  },
  { on: PRODUCTION, measures: { images: measureImages, boot: measureBoot, rate: measureRate } },
];
const names = measurements.flatMap(({ measures }) => Object.keys(measures));

const main = async (): Promise<void> => {
  const { runs, only, json } = readOptions({ argv: process.argv, names });
  progress(`Load of this machine: ${load()}`);
  const results: Result[] = [];
  for (const { on, measures } of measurements) {
    const asked = Object.entries(measures).filter(([name]) => only.includes(name));
    if (asked.length > 0) results.push(...(await measureOn({ stack: on, measures: asked, runs })));
  }
  process.stdout.write(
    json ? `${JSON.stringify({ runs, results }, null, 2)}\n` : `${table(results)}\n${footer(runs)}\n`,
  );
};

const measureOn = async ({
  stack,
  measures,
  runs,
}: {
  stack: BenchStack;
  measures: [string, Measure][];
  runs: number;
}): Promise<Result[]> => {
  const session = await makeStack(stack);
  try {
    progress(`bringing the stack ${stack.name} up; its images are built where they are missing`);
    await timed(start(stack));
    const results: Result[] = [];
    for (const [, measure] of measures) results.push(...(await measure({ session, runs })));
    return results;
  } finally {
    progress(`removing the stack ${stack.name} and its data`);
    await removeStack(stack);
  }
};

const footer = (runs: number): string =>
  `Medians of ${runs}; a ratio is the median of the pairs' ratios. Load of this machine at the end: ${load()}`;

/** Of the last minute; above the number of processors, the seconds say little and the ratios more. */
const load = (): string => (loadavg()[0] ?? NaN).toFixed(1);

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
