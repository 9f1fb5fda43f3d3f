import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { confirm } from "../terminal/confirm";
import { migrationJobs } from "../django/migrations/jobs";
import { wasInterrupted } from "../terminal/processes";
import { openStack } from "../stack/running";
import { selectParts } from "../stack/select";
import { withDataOf } from "../data/snapshots/data-lock";
import { withServicesStopped } from "../data/snapshots/stopped-services";
import { replaceAll } from "../data/snapshots/replace";
import { takeSnapshot } from "../data/snapshots/take";
import { unitId, unitsOf, type Unit } from "../data/snapshots/units";
import { requireState, requirePlaced } from "../stack/guards";
import { nameAt } from "./backup";
import { migrate } from "./migrate";
import { command } from "../stack/stack";

type Options = { stack: string; yes?: boolean };

export const register: Register = (program) => {
  withStack(program.command("reset"))
    .description("empty the databases of all systems, or of those named, and migrate; takes a snapshot first")
    .argument("[names...]", "systems or datastores: leads, leads/postgres")
    .option("-y, --yes", "do not ask")
    .action(withExitCode(reset));
};

/**
 * Empties databases, while no service writes to them: all that was there is in the snapshot. That is whole before
 * anything is touched, and each database is emptied in one step.
 */
export const reset = async (names: readonly string[], { stack, yes = false }: Options): Promise<number> => {
  const running = await openStack(stack);
  requirePlaced({ running, names });
  const datastores = selectParts({ names, parts: running.datastores });
  const units = unitsOf(datastores);
  const migrated = [...new Set(units.filter(({ owner }) => owner !== undefined).map(systemOf))];
  await requireState({ running, parts: datastores, are: "running" });
  if (migrated.length > 0)
    await requireState({ running, parts: migrationJobs({ running, names: migrated }), are: "at rest" });
  await confirm({ what: `empties ${units.map(unitId).join(", ")} of ${stack}`, word: stack, yes });

  const now = new Date();
  const name = `before-reset-${nameAt(now)}`;
  const back = command(`restore ${name}`, stack);
  const report = (line: string): void => void process.stderr.write(`reset: ${line}\n`);
  const empty = async (): Promise<number> => {
    await takeSnapshot({ docker: running.docker, stack, name, units, now });
    report(`snapshot ${name}; to undo this: ${back}`);
    if (wasInterrupted()) return (report("interrupted; nothing was emptied"), 130);
    await replaceAll({ docker: running.docker, replacements: units.map((unit) => ({ unit })), report });
    return migrated.length > 0 ? migrate(migrated, { stack }) : 0;
  };
  const systems = new Set(units.map(systemOf));
  const work = () => withServicesStopped({ running, systems, report, work: empty });
  const code = await withDataOf({ stack, work });
  if (code === 0)
    process.stdout.write(`${units.length} databases of ${stack} are empty and migrated; to undo this: ${back}\n`);
  return code;
};

const systemOf = ({ datastore }: Unit): string => datastore.system;
