import { refuse } from "../../infra/problems";
import { collect, withExitCode, withStack, type Register } from "../terminal/command-line";
import { confirm } from "../terminal/confirm";
import { openStack } from "../stack/running";
import { withDataOf } from "../data/snapshots/data-lock";
import { replaceAll } from "../data/snapshots/replace";
import { unitId, unitsOf } from "../data/snapshots/units";
import { verify } from "../data/snapshots/verify";
import { requirePlaced, requireState } from "../stack/guards";
import { command } from "../stack/stack";

type Options = { stack: string; from?: string; only: string[]; yes?: boolean };

export const register: Register = (program) => {
  withStack(program.command("restore"))
    .description(
      "put a snapshot back; it is checked first, and a damaged or foreign one refused before anything is touched",
    )
    .argument("<name>", "a snapshot's name, as ./fleet snapshots lists it")
    .option("--from <stack>", "a snapshot of another stack")
    .option("--only <name>", "only this system or datastore of it (repeatable)", collect, [])
    .option("-y, --yes", "do not ask")
    .action(withExitCode(restore));
};

/** Replaces the data of a running stack by a snapshot's. Interrupted at any moment, each database is the old or the new. */
export const restore = async (name: string, { stack, from = stack, only, yes = false }: Options): Promise<number> => {
  const running = await openStack(stack);
  requirePlaced({ running, names: only });
  const { problems, verified } = await verify({ from, name, units: unitsOf(running.datastores), only, into: stack });
  refuse(problems);
  if (!verified) throw new Error("unreachable: a snapshot without problems is verified");
  const parts = [...new Set(verified.units.map(({ unit }) => unit.datastore))];
  await requireState({ running, parts, are: "running" });
  const databases = verified.units.map(({ unit }) => unitId(unit)).join(", ");
  await confirm({
    what: `replaces ${databases} of ${stack} by the snapshot ${name} of ${verified.manifest.takenAt}`,
    word: stack,
    yes,
  });
  const report = (line: string): void => void process.stderr.write(`restore: ${line}\n`);
  const work = () => replaceAll({ docker: running.docker, replacements: verified.units, report });
  await withDataOf({ stack, work });
  process.stdout.write(
    `${verified.units.length} databases of ${stack} are those of ${name}; where the code is newer than they are: ${command("migrate", stack)}\n`,
  );
  return 0;
};
