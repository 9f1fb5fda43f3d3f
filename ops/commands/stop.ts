import { rmSync } from "node:fs";
import type Docker from "dockerode";
import { refuse } from "../../infra/problems";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { listEverything, type Item } from "../engine";
import { servicesOf } from "../health";
import { runInForeground } from "../processes";
import { recover } from "../recovery";
import { setUp } from "../session";
import { runPhase } from "../setup/phase";
import { readState } from "../state";
import { throwAwayStackOf, type Stack } from "../stack";

/** Stops the stack's containers, services before the datastores they use. Nothing is removed; `start` brings all back. */
export const stop = async ({ stack: name }: { stack: string }): Promise<number> => {
  const stack = throwAwayStackOf(name);
  const { docker } = await setUp({ stack, quiet: true });
  const running = ours((await listEverything(docker)).containers, stack).filter(({ running }) => running);
  const services = new Set(
    servicesOf(readState(stack) ?? { resources: [], pending: [] }).map(({ container }) => container),
  );
  for (const group of [running.filter((c) => services.has(c.name)), running.filter((c) => !services.has(c.name))]) {
    await Promise.all(group.map(({ id }) => docker.getContainer(id).stop()));
  }
  process.stdout.write(
    `${running.length} containers of ${name} stopped; data and everything else stay. To start again: npm start\n`,
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
  await runPhase({ name: "recovery", quiet: true, phase: (report) => recover({ session, report }) });
  const code = await runInForeground({
    command: session.binary,
    args: ["destroy", "--yes", "--skip-preview", "--suppress-permalink=true", ...session.stackArgs],
    env: session.env,
    stdin: "ignore",
  });
  if (code !== 0) return code;

  if (removeDataOf) await removeData({ stack, docker: session.docker });
  else {
    const kept = ours((await listEverything(session.docker)).volumes, stack);
    process.stdout.write(`Data that stays: ${kept.map(({ name: volume }) => volume).join(", ") || "none"}\n`);
  }
  return 0;
};

const checkRemoval = ({ stack, removeDataOf }: { stack: Stack; removeDataOf: string | undefined }): void => {
  if (removeDataOf === undefined || removeDataOf === stack.name) return;
  const message = `"${removeDataOf}" is not the stack that goes down (${stack.name})`;
  refuse([
    { path: "--remove-data-of", message, cure: `npm run down -- --stack ${stack.name} --remove-data-of ${stack.name}` },
  ]);
};

/** Volumes, built images and, for a throw-away stack, its own folder with state and config. */
const removeData = async ({ stack, docker }: { stack: Stack; docker: Docker }): Promise<void> => {
  const { volumes } = await listEverything(docker);
  for (const { name } of ours(volumes, stack)) {
    await docker.getVolume(name).remove();
    process.stdout.write(`removed the volume ${name}\n`);
  }
  const built = await docker.listImages({ filters: { reference: [`fleet/*:${stack.name}-*`] } });
  for (const tag of built.flatMap(({ RepoTags }) => RepoTags ?? [])) await docker.getImage(tag).remove();
  if (stack.kind === "own") rmSync(stack.folder, { recursive: true, force: true });
};

const ours = <T extends Item>(items: readonly T[], stack: Stack): T[] =>
  items.filter(({ labels }) => labels[STACK_LABEL] === stackLabel(stack.name));
