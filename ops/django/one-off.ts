import { PassThrough, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { inForeground } from "../terminal/processes";
import { demultiplex } from "../../docker/demultiplex";

export type OneOff = {
  docker: Docker;
  /** The container to resemble; it need not run. */
  container: string;
  command: readonly string[];
  env?: readonly string[];
  folder?: string;
  memoryBytes?: number;
  processors?: number;
  /** In place of the container's own mounts at the same paths: `/host/folder:/coverage`. */
  binds?: readonly string[];
  /** In place of the image's user: `1001:1001`. */
  user?: string;
};

/**
 * Runs a command in a new container like an existing one: the same image, settings, mounts and networks, but none of its
 * ports, names and labels. It is gone when the command ends, even if ours is killed. Resolves to the exit code.
 */
export const runOneOff = async ({ stdout, ...of }: OneOff & { stdout?: Writable }): Promise<number> => {
  const model = await of.docker.getContainer(of.container).inspect();
  const container = await of.docker.createContainer(argsLike({ ...of, model }));
  for (const network of Object.keys(model.NetworkSettings.Networks).slice(1))
    await of.docker.getNetwork(network).connect({ Container: container.id });
  return runToEnd(container, stdout);
};

/** The same, with what the command wrote to standard output. */
export const captureOneOff = async (of: OneOff): Promise<{ code: number; stdout: string }> => {
  const stdout = new PassThrough();
  const written = text(stdout);
  const code = await runOneOff({ ...of, stdout });
  stdout.end();
  return { code, stdout: await written };
};

/** Starts a container that is at rest and shows what it prints; resolves to its exit code. */
export const runToEnd = async (container: Docker.Container, stdout: Writable = process.stdout): Promise<number> => {
  const from = await container.attach({ stream: true, stdout: true, stderr: true });
  const ended = container.wait({ condition: "next-exit" }) as Promise<{ StatusCode: number }>;
  return inForeground({
    kill: (signal) => void container.kill({ signal }).catch(() => undefined),
    work: async () => {
      await container.start();
      await demultiplex({ from, stdout, stderr: process.stderr });
      return (await ended).StatusCode;
    },
  });
};

/** dockerode's own types leave these open. */
type Typed = Omit<Docker.HostConfig, "Mounts" | "Tmpfs" | "CapDrop" | "SecurityOpt"> & {
  Mounts?: Docker.MountSettings[];
  Tmpfs?: Record<string, string>;
  CapDrop?: string[];
  SecurityOpt?: string[];
};

type Likeness = OneOff & { model: Docker.ContainerInspectInfo };

const argsLike = ({ model, command, ...of }: Likeness): Docker.ContainerCreateOptions => {
  const { Config, NetworkSettings } = model;
  const { env = [], folder, memoryBytes, processors, binds = [], user = Config.User } = of;
  const HostConfig = model.HostConfig as Typed;
  const [network] = Object.keys(NetworkSettings.Networks);
  return {
    Image: Config.Image,
    Cmd: [...command],
    Env: [...Config.Env, ...env],
    ...(user && { User: user }),
    WorkingDir: folder ?? Config.WorkingDir,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      AutoRemove: true,
      Binds: [...(HostConfig.Binds ?? []).filter((bind) => !isReplaced(bind, binds)), ...binds],
      Mounts: (HostConfig.Mounts ?? []).filter(({ Target }) => !binds.some((bind) => pathIn(bind) === Target)),
      ReadonlyRootfs: HostConfig.ReadonlyRootfs ?? false,
      Tmpfs: HostConfig.Tmpfs ?? {},
      CapDrop: HostConfig.CapDrop ?? [],
      SecurityOpt: HostConfig.SecurityOpt ?? [],
      Init: true,
      Memory: memoryBytes ?? HostConfig.Memory ?? 0,
      MemorySwap: memoryBytes ?? HostConfig.MemorySwap ?? 0,
      NanoCpus: processors === undefined ? (HostConfig.NanoCpus ?? 0) : processors * 1e9,
      ...(network !== undefined && { NetworkMode: network }),
    },
  };
};

const isReplaced = (bind: string, by: readonly string[]): boolean => by.some((other) => pathIn(other) === pathIn(bind));

/** The second part of `/host:/container:ro`. */
const pathIn = (bind: string): string => bind.split(":")[1] ?? "";
