import { withExitCode, withStack, type Register } from "../command-line";
import { confirm } from "../confirm";
import { openStack } from "../running";
import { selectParts } from "../select";
import { withDataOf } from "../snapshots/alone";
import { replaceAll } from "../snapshots/replace";
import { unitId, unitsOf } from "../snapshots/units";
import { nameAt, snapshotOf } from "./backup";
import { migrate } from "./migrate";

type Options = { stack: string; yes?: boolean };

export const register: Register = (program) => {
  withStack(program.command("reset"))
    .description("empty the databases of all systems, or of those named, and migrate; takes a snapshot first")
    .argument("[names...]", "systems or datastores: leads, leads/postgres")
    .option("-y, --yes", "do not ask")
    .action(withExitCode((names: string[], options: Options) => reset(names, options)));
};

/** Empties databases. The snapshot is whole before anything is touched, and each database is emptied in one step. */
export const reset = async (names: readonly string[], { stack, yes = false }: Options): Promise<number> => {
  const running = await openStack(stack);
  const datastores = selectParts({ names, parts: running.datastores });
  const units = unitsOf(datastores);
  await confirm({ what: `empties ${units.map(unitId).join(", ")} of ${stack}`, word: stack, yes });

  const only = datastores.map(({ system, name }) => `${system}/${name}`);
  const { name } = await snapshotOf({ running, only, name: `before-reset-${nameAt(new Date())}` });
  const back = `npx fleet restore ${name}${stack === "dev" ? "" : ` --stack ${stack}`}`;
  process.stderr.write(`reset: snapshot ${name}; to undo this: ${back}\n`);
  const report = (line: string): void => void process.stderr.write(`reset: ${line}\n`);
  const replacements = units.map((unit) => ({ unit }));
  await withDataOf({ stack, work: () => replaceAll({ docker: running.docker, replacements, report }) });
  const systems = new Set(units.filter(({ owner }) => owner !== undefined).map(({ datastore }) => datastore.system));
  const code = systems.size > 0 ? await migrate([...systems], { stack }) : 0;
  if (code === 0)
    process.stdout.write(`${units.length} databases of ${stack} are empty and migrated; to undo this: ${back}\n`);
  return code;
};
