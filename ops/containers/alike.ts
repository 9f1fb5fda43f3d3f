import type { Writable } from "node:stream";
import type Docker from "dockerode";
import { inForeground } from "../processes";
import { demultiplex } from "./demultiplex";

export type Alike = {
  docker: Docker;
  /** The container to resemble; it need not run. */
  container: string;
  command: readonly string[];
  env?: readonly string[];
  folder?: string;
  memoryBytes?: number;
  processors?: number;
};

/**
 * Runs a command in a new container like an existing one: the same image, settings, mounts and networks, but none of its
 * ports, names and labels. It is gone when the command ends, even if ours is killed. Resolves to the exit code.
 */
export const runAlike = async ({ stdout = process.stdout, ...of }: Alike & { stdout?: Writable }): Promise<number> => {
  const model = await of.docker.getContainer(of.container).inspect();
  const container = await of.docker.createContainer(argsLike({ ...of, model }));
  for (const network of Object.keys(model.NetworkSettings.Networks).slice(1))
    await of.docker.getNetwork(network).connect({ Container: container.id });
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
type Typed = Docker.HostConfig & { Mounts?: Docker.MountSettings[]; Tmpfs?: Record<string, string> };

const argsLike = ({
  model,
  command,
  env = [],
  folder,
  memoryBytes,
  processors,
}: Alike & { model: Docker.ContainerInspectInfo }): Docker.ContainerCreateOptions => {
  const { Config, NetworkSettings } = model;
  // Its types leave binds and tmpfs open.
  const HostConfig = model.HostConfig;
  const [network] = Object.keys(NetworkSettings.Networks);
  return {
    Image: Config.Image,
    Cmd: [...command],
    Env: [...Config.Env, ...env],
    ...(Config.User && { User: Config.User }),
    WorkingDir: folder ?? Config.WorkingDir,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      AutoRemove: true,
      ...(HostConfig.Binds && { Binds: HostConfig.Binds }),
      ...(HostConfig.Mounts && { Mounts: HostConfig.Mounts }),
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
