import type Docker from "dockerode";
import { pack } from "tar-stream";
import { printedBy } from "../../docker/printed";
import { hasImage, pull } from "../../docker/pull";
import { ABSENT, ignoring, UNCHANGED, UNDER_WAY } from "../../docker/refusals";
import type { Realise } from "../realise";

/** A container by its name, and whatever else Docker takes. */
export type ContainerSpec = Docker.ContainerCreateOptions & {
  name: string;
  /** Networks besides its first one. */
  networks?: readonly string[];
  /** Files that are in it before it starts. */
  files?: readonly ContainerFile[];
};

/** A file of root's; the mode is the bits of Unix. */
export type ContainerFile = { path: string; content: Buffer; mode: number };

/** Makes a container and starts it, in place of one of that name. An image that the engine does not have yet is pulled. */
export const startContainer = async (
  { docker, labels }: Realise,
  { networks = [], files = [], ...spec }: ContainerSpec,
): Promise<Docker.ContainerInspectInfo> => {
  await removeContainer(docker, spec.name);
  if (spec.Image !== undefined && !(await hasImage(docker, spec.Image))) await pull({ docker, image: spec.Image });
  const container = await docker.createContainer({
    ...spec,
    Labels: { ...spec.Labels, ...labels },
    HostConfig: { ...spec.HostConfig, NanoCpus: await nanoCpusOf(docker, spec.HostConfig?.NanoCpus ?? 0) },
  });
  for (const network of networks) await docker.getNetwork(network).connect({ Container: container.id });
  if (files.length > 0) await container.putArchive(archiveOf(files), { path: "/" });
  await container.start();
  return container.inspect();
};

/** As the engine takes files. */
const archiveOf = (files: readonly ContainerFile[]): NodeJS.ReadableStream => {
  const archive = pack();
  for (const { path, content, mode } of files) archive.entry({ name: path.replace(/^\/+/, ""), mode }, content);
  archive.finalize();
  return archive;
};

const machines = new WeakMap<Docker, Promise<{ NCPU: number }>>();

/** So many billionths of a CPU, as far as the engine's machine has them: Docker refuses more. The engine is asked once. */
export const nanoCpusOf = async (docker: Docker, wanted: number): Promise<number> => {
  const asked = machines.get(docker) ?? (docker.info() as Promise<{ NCPU: number }>);
  machines.set(docker, asked);
  // An engine that did not answer is asked again.
  asked.catch(() => machines.delete(docker));
  return Math.min(wanted, (await asked).NCPU * 1e9);
};

/** The refusals for a container that is stopped or gone, or whose removal is under way. */
const ABSENCE = [UNCHANGED, ABSENT, UNDER_WAY];

/** The inspection of a container; undefined where no container has that name. */
export const inspectContainer = (docker: Docker, name: string): Promise<Docker.ContainerInspectInfo | undefined> =>
  ignoring(ABSENCE, docker.getContainer(name).inspect());

/** The names of the containers, running or not, whose name begins with this text. */
export const listNamed = async (docker: Docker, start: string): Promise<string[]> => {
  const found = await docker.listContainers({ all: true, filters: { name: [`^/?${start.replaceAll(".", "\\.")}`] } });
  return found.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, "")));
};

/**
 * Sends SIGTERM, then after `graceSeconds` SIGKILL, as platforms do. A container that is stopped or gone is left so.
 */
export const stopContainer = async (docker: Docker, name: string, graceSeconds: number): Promise<void> => {
  await ignoring(ABSENCE, docker.getContainer(name).stop({ t: graceSeconds }));
};

/** Removes a container at once, with its anonymous volumes; nothing happens where no container has that name. */
export const removeContainer = async (docker: Docker, name: string): Promise<void> => {
  await ignoring(ABSENCE, docker.getContainer(name).remove({ force: true, v: true }));
};

/** Everything that a container wrote to stdout and stderr, in order. */
export const logsOf = async (docker: Docker, name: string): Promise<string> =>
  (await ignoring(ABSENCE, printedBy({ docker, container: name }))) ?? "";

export const ensureVolume = async ({ docker, labels }: Realise, name: string): Promise<void> => {
  await docker.createVolume({ Name: name, Labels: labels });
};

export const removeVolume = async (docker: Docker, name: string): Promise<void> => {
  await ignoring(ABSENCE, docker.getVolume(name).remove());
};

export const environment = (values: Record<string, string>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${value}`);
