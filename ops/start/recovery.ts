import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "../../infra/problems";
import { ABSENT, ignoring } from "../../docker/refusals";
import { removeContainers } from "../stack/remove-containers";
import { listEverything, type Inventory } from "../../docker/inventory";
import { clearDeadLocks } from "../stack/locks";
import { allProcesses, endProcess, type Running } from "../terminal/processes";
import { pulumiOrRefuse } from "./pulumi";
import type { Session } from "./set-up";
import type { Report } from "../terminal/phase";
import { logicalName, readState, type State } from "../stack/checkpoint";
import { foreignProblems, straysOf } from "./strays";
import { makersOf } from "../../infra/targets/local/checkouts";
import { engineHost } from "../../docker/connect";
import { elsewhereProblems } from "../stack/elsewhere";

type Recovery = { session: Session; report: Report };

/**
 * Puts right what a killed CLI, plugin or engine left behind: a dead lock, plugins without a master, operations that
 * were under way, containers and networks that are not in the state. Volumes are never touched.
 * Returns what is there now.
 */
export const recover = async ({ session, report }: Recovery): Promise<{ state: State; inventory: Inventory }> => {
  const { stack, docker } = session;
  const makers = makersOf(stack.name);
  const look = async () => {
    const state = readState(stack) ?? { resources: [], pending: [] };
    const inventory = await listEverything(docker);
    refuse([
      ...foreignProblems({ stack, state, inventory, makers }),
      ...elsewhereProblems({ stack, state, inventory, host: engineHost() }),
    ]);
    return { state, inventory };
  };
  await look();
  refuse(clearDeadLocks({ stack, report }));
  await endOrphanedPlugins(report);

  // The plugins have finished by now.
  const { state, inventory } = await look();
  const strays = straysOf({ stack, state, inventory, makers });
  await removeContainers({ docker, containers: strays.containers, report });
  for (const { name } of strays.containers)
    report(`removed the container ${name}: the state does not know it (its volumes stay)`);
  for (const stray of strays.networks) {
    await ignoring([ABSENT], docker.getNetwork(stray.id).remove());
    report(`removed the network ${stray.name}: the state does not know it`);
  }
  if (state.pending.length > 0) await clearPending({ session, state, report });

  const changed = state.pending.length + strays.containers.length + strays.networks.length > 0;
  return changed ? { state: readState(stack) ?? state, inventory: await listEverything(docker) } : { state, inventory };
};

/** Plugins outlive a killed CLI for some seconds and go on creating: what they still do has to be over before we look. */
const endOrphanedPlugins = async (report: Report): Promise<void> => {
  const processes = allProcesses();
  const orphans = orphanedPlugins({ processes, root: process.cwd() });
  for (const { pid, command } of orphans) {
    endProcess(pid);
    report(`ended a plugin that a killed update left running (pid ${pid}, ${command.slice(0, 60)})`);
  }
  if (orphans.length > 0) await sleep(1000);
};

/** Plugins at work for this project whose Pulumi is gone. */
export const orphanedPlugins = ({ processes, root }: { processes: readonly Running[]; root: string }): Running[] => {
  const nameOf = ({ command }: Running): string => path.basename(command.split(" ")[0] ?? "");
  const pulumis = new Set(processes.filter((each) => nameOf(each) === "pulumi").map(({ pid }) => pid));
  return processes.filter(
    (each) => /^pulumi-(resource|language)-/.test(nameOf(each)) && each.folder === root && !pulumis.has(each.parent),
  );
};

type Clearing = { session: Session; state: State; report: Report };

const clearPending = async ({ session, state, report }: Clearing): Promise<void> => {
  for (const { type, resource } of state.pending)
    report(`the last update was killed while ${type} ${logicalName(resource.urn)}`);
  report("clearing these operations with pulumi refresh");
  await pulumiOrRefuse(session, {
    args: ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", ...session.stackArgs],
    report,
    message: "operations of a killed update could not be cleared",
    cure: `./fleet pulumi refresh --clear-pending-creates --stack ${session.stack.name}`,
  });
};
