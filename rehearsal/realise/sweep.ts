import type { ImageInfo } from "dockerode";
import { ABSENT, ignoring } from "../../docker/refusals";
import type { Realise } from "../realise";
import { stopContainer } from "./containers";

type Sweeping = Pick<Realise, "docker" | "labels" | "prefix" | "registry"> & {
  /** The project's id: another rehearsal may have had the registry's port. */
  project: string;
};

/**
 * Removes all that a rehearsal made in Docker: everything there carries its labels, but images of services, which are named for
 * its registry and project. A registry's volume of before was made without labels, and has its name.
 */
export const sweep = async (of: Sweeping): Promise<void> => {
  const { docker, labels, prefix } = of;
  const filters = { label: labelled(labels) };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
  await ignoring([ABSENT], docker.getVolume(registryOf({ prefix })).remove());
  for (const name of await imagesOf(of)) await ignoring([ABSENT], docker.getImage(name).remove({ force: true }));
};

/** The names by which the engine has images of the rehearsal's registry and those that it built; an image with other names keeps those. */
const imagesOf = async ({ docker, labels, registry, project }: Sweeping): Promise<string[]> => {
  const namesOf = (images: ImageInfo[]): string[] =>
    images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  const pushed = namesOf(await docker.listImages()).filter((name) => name.startsWith(`${registry}/${project}/`));
  return [...pushed, ...namesOf(await docker.listImages({ filters: { label: labelled(labels) } }))];
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
