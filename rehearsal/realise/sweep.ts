import { ABSENT, ignoring } from "../../docker/refusals";
import type { Realise } from "../realise";

/**
 * Removes all that a rehearsal made in Docker: everything there carries its labels. A registry's volume of before was
 * made without them, and has its name.
 */
export const sweep = async (of: Pick<Realise, "docker" | "labels" | "prefix">): Promise<void> => {
  const { docker, labels, prefix } = of;
  const filters = { label: Object.entries(labels).map(([label, value]) => `${label}=${value}`) };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
  await ignoring([ABSENT], docker.getVolume(registryOf({ prefix })).remove());
};

/** The name of the image registry's container and of its volume. */
export const registryOf = ({ prefix }: Pick<Realise, "prefix">): string => `${prefix}-registry`;
