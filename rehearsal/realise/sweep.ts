import { ABSENT, ignoring } from "../../docker/refusals";
import type { Realise } from "../realise";
import { stopContainer } from "./containers";

/**
 * Removes all that a rehearsal made in Docker: everything there carries its labels. A registry's volume of before was
 * made without them, and has its name.
 */
export const sweep = async (of: Pick<Realise, "docker" | "labels" | "prefix">): Promise<void> => {
  const { docker, labels, prefix } = of;
  const filters = { label: labelled(labels) };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
  await ignoring([ABSENT], docker.getVolume(registryOf({ prefix })).remove());
};

/** Stops all containers that a rehearsal made; the next start of its server starts those that should run. */
export const rest = async ({ docker, labels }: Pick<Realise, "docker" | "labels">): Promise<void> => {
  const filters = { label: labelled(labels) };
  const running = await docker.listContainers({ filters });
  await Promise.all(running.map(({ Id }) => stopContainer(docker, Id, GRACE_SECONDS)));
};

const GRACE_SECONDS = 10;

const labelled = (labels: Realise["labels"]): string[] =>
  Object.entries(labels).map(([label, value]) => `${label}=${value}`);

/** The name of the image registry's container and of its volume. */
export const registryOf = ({ prefix }: Pick<Realise, "prefix">): string => `${prefix}-registry`;
