import { size } from "../terminal/columns";
import { collect, withExitCode, withStack, type Register } from "../terminal/command-line";
import { openStack, type RunningStack } from "../stack/running";
import { selectParts } from "../stack/select";
import { withDataOf } from "../data/snapshots/data-lock";
import { unitsInServers, unlisted } from "../data/snapshots/in-servers";
import type { Manifest } from "../data/snapshots/manifest";
import { takeSnapshot } from "../data/snapshots/take";
import { unitId } from "../data/snapshots/units";
import { requirePlaced, requireState } from "../stack/guards";
import { command } from "../stack/stack";

type Options = { stack: string; only: string[]; json?: boolean };

export const register: Register = (program) => {
  withStack(program.command("backup"))
    .description("copy every datastore into a snapshot, with checksums; services keep running")
    .argument("[name]", "the snapshot's name (default: the time)")
    .option("--only <name>", "only this system or datastore (repeatable)", collect, [])
    .option("--json", "the snapshot's manifest as JSON")
    .action(withExitCode(backup));
};

/** Takes a snapshot of a running stack's data. */
export const backup = async (name: string | undefined, { stack, only, json }: Options): Promise<number> => {
  const running = await openStack(stack);
  const manifest = await snapshotOf({ running, only, ...(name !== undefined && { name }) });
  const bytes = manifest.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  process.stdout.write(
    json
      ? `${JSON.stringify(manifest, null, 2)}\n`
      : `snapshot ${manifest.name} of ${stack}: ${manifest.entries.length} databases, ${size(bytes)}; to put it back: ${command(`restore ${manifest.name}`, stack)}\n`,
  );
  return 0;
};

type Wanted = { running: RunningStack; name?: string; only?: readonly string[] };

/** A snapshot of a running stack, named after the time where no name is given. */
export const snapshotOf = async (of: Wanted): Promise<Manifest> => {
  const { running } = of;
  requirePlaced({ running, names: of.only ?? [] });
  const datastores = selectParts({ names: of.only ?? [], parts: running.datastores });
  await requireState({ running, parts: datastores, are: "running" });
  const now = new Date();
  const { docker, stack } = running;
  const units = await unitsInServers({ docker, datastores });
  for (const unit of unlisted(units))
    process.stderr.write(`backup: ${unitId(unit)} is in the server, although the published plan does not list it\n`);
  const wanted = { docker, stack: stack.name, name: of.name ?? nameAt(now), units, now };
  return withDataOf({ stack: stack.name, work: () => takeSnapshot(wanted) });
};

/** `2026-11-24-093015`, in UTC. */
export const nameAt = (now: Date): string => now.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
