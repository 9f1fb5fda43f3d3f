import { rmSync } from "node:fs";
import type Docker from "dockerode";
import { refuseWith } from "../../infra/problems";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { settleDatastores } from "../stack/remove-containers";
import { refuseElsewhere } from "../stack/elsewhere";
import { listEverything, type Container, type Inventory } from "../../docker/inventory";
import { servicesOf } from "../stack/health";
import { runPulumi } from "../start/pulumi";
import { recover } from "../start/recovery";
import { setUp } from "../start/set-up";
import { runPhase, tell } from "../terminal/phase";
import { readState, type State } from "../stack/checkpoint";
import { command, requireStack, throwAwayStackOf, type Stack } from "../stack/stack";
import { dataThatStays, volumesOf } from "../start/strays";
import { makersOf } from "../../infra/targets/local/checkouts";

export const register: Register = (program) => {
  withStack(program.command("stop"))
    .description("stop the stack's containers; nothing is removed")
    .action(withExitCode(stop));
  withStack(program.command("down"))
    .description("remove the stack's containers and networks; data stays")
    .option("--remove-data-of <name>", "the stack's name again: remove its data too")
    .action(withExitCode(down));
};

/** Stops the stack's containers, services before the datastores they use. Nothing is removed; `start` brings all back. */
export const stop = async ({ stack: name }: { stack: string }): Promise<number> => {
  const stack = requireStack(throwAwayStackOf(name).name);
  const { docker } = await setUp({ stack, hideReady: true });
  await refuseElsewhere({ stack, docker });
  const state = readState(stack) ?? { resources: [], pending: [] };
  const inventory = await listEverything(docker);
  const running = ownContainers({ state, inventory }).filter(({ running }) => running);
  await settleDatastores({ docker, stack, containers: running, report: tell("stop") });
  const services = new Set(servicesOf(state).map(({ container }) => container));
  const isService = ({ name: container }: { name: string }): boolean => services.has(container);
  for (const group of [running.filter(isService), running.filter((container) => !isService(container))]) {
    await Promise.all(group.map(({ id }) => docker.getContainer(id).stop()));
  }
  process.stdout.write(
    `${running.length} containers of ${name} stopped; data and everything else stay. To start again: ${command("start", stack)}\n`,
  );
  return 0;
};

type Down = { stack: string; removeDataOf?: string };

/** Removes the stack's containers and networks. Data goes only when `removeDataOf` repeats the stack's name. */
export const down = async ({ stack: name, removeDataOf }: Down): Promise<number> => {
  const stack = requireStack(throwAwayStackOf(name).name);
  checkRemoval({ stack, removeDataOf });
  const session = await setUp({ stack, hideReady: true });
  const { state, inventory } = await runPhase({
    name: "recovery",
    hideReady: true,
    phase: (report) => recover({ session, report }),
  });
  const { docker } = session;
  const containers = ownContainers({ state, inventory });
  if (!removeDataOf) await settleDatastores({ docker, stack, containers, report: tell("down") });
  const code = await runPulumi(session, ["destroy", "--yes", "--skip-preview", "--suppress-permalink=true"]);
  if (code !== 0) return code;

  const makers = makersOf(stack.name);
  if (removeDataOf) {
    const left = await listEverything(docker);
    await removeVolumes({ docker, volumes: volumesOf({ stack, inventory: left, makers }) });
  }
  const kept = dataThatStays({ stack, inventory: await listEverything(docker), makers });
  if (kept.length > 0) process.stdout.write(`Data that stays: ${kept.join(", ")}\n`);
  // State and config stay while there is data, so that commands can name the stack. Built images serve every stack.
  else if (removeDataOf && stack.kind === "own") rmSync(stack.folder, { recursive: true, force: true });
  return 0;
};

const ownContainers = ({ state, inventory }: { state: State; inventory: Inventory }): Container[] => {
  const known = new Set(state.resources.map(({ id }) => id));
  return inventory.containers.filter(({ id }) => known.has(id));
};

const checkRemoval = ({ stack, removeDataOf }: { stack: Stack; removeDataOf: string | undefined }): void => {
  if (removeDataOf === undefined || removeDataOf === stack.name) return;
  refuseWith({
    path: "--remove-data-of",
    message: `"${removeDataOf}" is not the stack that goes down (${stack.name})`,
    cure: `${command("down", stack)} --remove-data-of ${stack.name}`,
  });
};

const removeVolumes = async ({ docker, volumes }: { docker: Docker; volumes: readonly string[] }): Promise<void> => {
  for (const volume of volumes) {
    await docker.getVolume(volume).remove();
    process.stdout.write(`removed the volume ${volume}\n`);
  }
};
