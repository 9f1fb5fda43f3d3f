import { rmSync } from "node:fs";
import type Docker from "dockerode";
import { refuse } from "../../infra/problems";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { withExitCode, withStack, type Register } from "../command-line";
import { settleDatastores } from "../containers/gently";
import { CONTAINER, VOLUME } from "../drift";
import { listEverything, type Inventory } from "../engine";
import { servicesOf } from "../health";
import { runInForeground } from "../processes";
import { recover } from "../recovery";
import { setUp, type Session } from "../session";
import { runPhase, tell } from "../setup/phase";
import { readState, type State } from "../state";
import { npm, throwAwayStackOf, type Stack } from "../stack";

export const register: Register = (program) => {
  withStack(program.command("stop"))
    .description("stop the stack's containers; nothing is removed")
    .action(withExitCode((options: { stack: string }) => stop(options)));
  withStack(program.command("down"))
    .description("remove the stack's containers and networks; data stays")
    .option("--remove-data-of <name>", "the stack's name again: remove its data too")
    .action(withExitCode((options: { stack: string; removeDataOf?: string }) => down(options)));
};

/** Stops the stack's containers, services before the datastores they use. Nothing is removed; `start` brings all back. */
export const stop = async ({ stack: name }: { stack: string }): Promise<number> => {
  const stack = throwAwayStackOf(name);
  const { docker } = await setUp({ stack, quiet: true });
  const state = readState(stack) ?? { resources: [], pending: [] };
  const known = idsOf(state, CONTAINER);
  const running = (await listEverything(docker)).containers.filter(({ id, running }) => running && known.has(id));
  await settleDatastores({ docker, stack: stack.name, containers: running, report: tell("stop") });
  const services = new Set(servicesOf(state).map(({ container }) => container));
  const isService = ({ name: container }: { name: string }): boolean => services.has(container);
  for (const group of [running.filter(isService), running.filter((container) => !isService(container))]) {
    await Promise.all(group.map(({ id }) => docker.getContainer(id).stop()));
  }
  process.stdout.write(
    `${running.length} containers of ${name} stopped; data and everything else stay. To start again: ${npm("start", stack)}\n`,
  );
  return 0;
};

/** Removes the stack's containers and networks. Data goes only when `removeDataOf` repeats the stack's name. */
export const down = async ({
  stack: name,
  removeDataOf,
}: {
  stack: string;
  removeDataOf?: string;
}): Promise<number> => {
  const stack = throwAwayStackOf(name);
  checkRemoval({ stack, removeDataOf });
  const session = await setUp({ stack, quiet: true });
  const { state, inventory } = await runPhase({
    name: "recovery",
    quiet: true,
    phase: (report) => recover({ session, report }),
  });
  if (!removeDataOf) await settleOwn({ session, state, inventory });
  const code = await runInForeground({
    command: session.binary,
    args: ["destroy", "--yes", "--skip-preview", "--suppress-permalink=true", ...session.stackArgs],
    env: session.env,
    stdin: "ignore",
  });
  if (code !== 0) return code;

  if (removeDataOf) await removeData({ stack, docker: session.docker, volumes: idsOf(state, VOLUME) });
  const kept = (await listEverything(session.docker)).volumes
    .filter(({ labels }) => labels[STACK_LABEL] === stackLabel(stack.name))
    .map(({ id }) => id);
  if (kept.length > 0) process.stdout.write(`Data that stays: ${kept.join(", ")}\n`);
  return 0;
};

const settleOwn = async (of: { session: Session; state: State; inventory: Inventory }): Promise<void> => {
  const known = idsOf(of.state, CONTAINER);
  const containers = of.inventory.containers.filter(({ id }) => known.has(id));
  const { docker, stack } = of.session;
  await settleDatastores({ docker, stack: stack.name, containers, report: tell("down") });
};

const checkRemoval = ({ stack, removeDataOf }: { stack: Stack; removeDataOf: string | undefined }): void => {
  if (removeDataOf === undefined || removeDataOf === stack.name) return;
  refuse([
    {
      path: "--remove-data-of",
      message: `"${removeDataOf}" is not the stack that goes down (${stack.name})`,
      cure: `npm run down -- --stack ${stack.name} --remove-data-of ${stack.name}`,
    },
  ]);
};

/**
 * The volumes that this clone's state held and, for a throw-away stack, its folder with state and config. Not whatever
 * carries the stack's label: another clone has a stack of the same name. Built images stay, they serve every stack.
 */
const removeData = async (of: { stack: Stack; docker: Docker; volumes: ReadonlySet<string> }): Promise<void> => {
  const present = new Set((await listEverything(of.docker)).volumes.map(({ id }) => id));
  for (const volume of [...of.volumes].filter((id) => present.has(id))) {
    await of.docker.getVolume(volume).remove();
    process.stdout.write(`removed the volume ${volume}\n`);
  }
  if (of.stack.kind === "own") rmSync(of.stack.folder, { recursive: true, force: true });
};

const idsOf = (state: State, type: string): Set<string> =>
  new Set(state.resources.flatMap((resource) => (resource.type === type && resource.id ? [resource.id] : [])));
