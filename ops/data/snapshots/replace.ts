import type Docker from "dockerode";
import { runStep } from "./engines";
import { type Unit } from "./units";

/** The data that replaces a unit's: a dump; without one the unit is emptied. */
export type Replacement = { unit: Unit; file?: string };

type Replacing = { docker: Docker; replacements: readonly Replacement[]; report: (line: string) => void };

/**
 * Replaces data. Everything is first made beside it, which can fail without harm; then each unit is swapped in one step;
 * the old data goes last. Cut off at any moment, each unit has its old or its new data, and a second run ends the work.
 */
export const replaceAll = async ({ docker, replacements, report }: Replacing): Promise<void> => {
  await Promise.all(
    replacements.map(async ({ unit, file }) => {
      await runStep({ docker, unit, step: "prepare" });
      await runStep({ docker, unit, step: file === undefined ? "empty" : "load", ...(file !== undefined && { file }) });
    }),
  );
  report(`${replacements.length} made beside what is there`);
  await Promise.all(replacements.map(({ unit }) => runStep({ docker, unit, step: "swap" })));
  report("all swapped in");
  await Promise.all(replacements.map(({ unit }) => runStep({ docker, unit, step: "finish" })));
};
