import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { ABSENT, ignoring, UNDER_WAY } from "../../docker/refusals";
import { until } from "../../docker/wait";
import type { Realise } from "../realise";
import { environment, inspectContainer, logsOf, nanoCpusOf, startContainer, type ContainerFile } from "./containers";
import { ensureNetwork, gatewayOf } from "./network";

/** A container that Cloud Run starts: an instance of a revision, or an attempt of a job's task. */
export type InstanceSpec = {
  /** The container's name. */
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  env: Record<string, string>;
  /** The ports on which it is asked; a job has none. */
  ports?: readonly number[];
  /** The Docker networks of its VPC access. */
  networks: readonly string[];
  /** The number of vCPUs. */
  cpus: number;
  memoryBytes: number;
  /** The volumes by their folder in the container, read-only. */
  volumes: Record<string, string>;
  /** The sizes of folders in memory, in bytes. */
  memoryFolders: Record<string, number>;
  /** The files that are in it from the beginning. */
  files: readonly ContainerFile[];
  /** The host names that must lead to the machine. */
  hosts: string[];
};

/** Starts a container as Cloud Run would. Its ports are published on loopback. */
export const startInstance = async (realise: Realise, spec: InstanceSpec): Promise<Docker.ContainerInspectInfo> => {
  const { hostsEntry } = await gatewayOf(realise);
  const { ports = [] } = spec;
  return startContainer(realise, {
    name: spec.name,
    networks: spec.networks,
    files: spec.files,
    Image: spec.image,
    ...(spec.command?.length && { Entrypoint: spec.command }),
    ...(spec.args?.length && { Cmd: spec.args }),
    ...(spec.workingDir && { WorkingDir: spec.workingDir }),
    Env: environment(spec.env),
    // Cloud Run knows nothing of an image's own check.
    Healthcheck: { Test: ["NONE"] },
    ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])),
    HostConfig: {
      NetworkMode: await ensureNetwork(realise),
      PortBindings: Object.fromEntries(ports.map((port) => [`${port}/tcp`, [{ HostIp: "127.0.0.1", HostPort: "" }]])),
      ExtraHosts: spec.hosts.map((host) => `${host}:${hostsEntry}`),
      NanoCpus: Math.round(spec.cpus * 1e9),
      Memory: spec.memoryBytes,
      MemorySwap: spec.memoryBytes,
      SecurityOpt: ["no-new-privileges"],
      Tmpfs: Object.fromEntries(
        Object.entries(spec.memoryFolders).map(([folder, bytes]) => [folder, `size=${bytes},mode=1777`]),
      ),
      Mounts: Object.entries(spec.volumes).map(([folder, volume]) => ({
        Type: "volume" as const,
        Source: volume,
        Target: folder,
        ReadOnly: true,
      })),
    },
  });
};

/** https://cloud.google.com/run/docs/configuring/healthchecks; seconds, as the API has them. */
export type Probe = {
  initialDelaySeconds: number;
  timeoutSeconds: number;
  periodSeconds: number;
  failureThreshold: number;
  /** The HTTP request of the probe; absent for a TCP probe. */
  http?: { path: string; headers: Record<string, string> };
  port: number;
};

export type Startup = { outcome: "ready" } | { outcome: "exited"; code: number } | { outcome: "not answering" };

/**
 * Waits until a container passes its startup probe, for as long as Cloud Run would: threshold x period. It asks more often
 * than once a period, so that a service is ready as soon as it is.
 */
export const untilStarted = async (docker: Docker, name: string, probe: Probe): Promise<Startup> => {
  const { initialDelaySeconds, failureThreshold, periodSeconds, timeoutSeconds } = probe;
  const allowed = initialDelaySeconds + failureThreshold * Math.max(periodSeconds, timeoutSeconds);
  const ask = async (): Promise<Startup> => {
    const found = await inspectContainer(docker, name);
    if (!found?.State.Running) return { outcome: "exited", code: found?.State.ExitCode ?? -1 };
    return { outcome: (await passes(hostPortOf(found, probe.port), probe)) ? "ready" : "not answering" };
  };
  return until({
    ask,
    ends: ({ outcome }) => outcome !== "not answering",
    everyMs: ASK_EVERY_MS,
    patienceMs: allowed * 1000,
  });
};

const ASK_EVERY_MS = 150;

/** Keeps a ready instance alive, as Cloud Run starts another one for one that ends. */
export const keepAlive = async (docker: Docker, name: string): Promise<void> => {
  await docker.getContainer(name).update({ RestartPolicy: { Name: "unless-stopped" } });
};

/** Gives a container that runs so many CPUs, as far as the machine has them. */
export const setCpus = async (docker: Docker, name: string, cpus: number): Promise<void> => {
  const NanoCpus = await nanoCpusOf(docker, cpus * 1e9);
  await ignoring([ABSENT, UNDER_WAY], docker.getContainer(name).update({ NanoCpus }));
};

/** The port on loopback that leads to a container's port; undefined while the container does not run. */
export const hostPortOf = (found: Docker.ContainerInspectInfo, port: number): number | undefined => {
  const published = found.NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  return published ? Number(published) : undefined;
};

/** Whether a probe is answered well. A TCP probe cannot be made through Docker's published port, which is open before the container's is. */
export const passes = async (hostPort: number | undefined, { http, timeoutSeconds }: Probe): Promise<boolean> => {
  if (hostPort === undefined) return false;
  try {
    const answer = await fetch(`http://127.0.0.1:${hostPort}${http?.path ?? "/"}`, {
      headers: { "user-agent": "GoogleHC/1.0", ...http?.headers },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    await answer.body?.cancel();
    return http ? answer.status >= 200 && answer.status < 400 : true;
  } catch {
    return false;
  }
};

/** Runs a container to its end. @returns its exit code (124 where `timeoutSeconds` were over) and what it wrote */
export const runToEnd = async (
  realise: Realise,
  spec: InstanceSpec,
  timeoutSeconds: number,
): Promise<{ code: number; log: string }> => {
  const { docker } = realise;
  // One that was started before the server stopped goes on: nothing is to run twice.
  const running = await inspectContainer(docker, spec.name);
  if (!running) await startInstance(realise, spec);
  const container = docker.getContainer(spec.name);
  const stop = new AbortController();
  const ended = container.wait() as Promise<{ StatusCode: number }>;
  const late = sleep(timeoutSeconds * 1000, true, { signal: stop.signal }).catch(() => false);
  const isLate = await Promise.race([ended.then(() => false), late]);
  stop.abort();
  if (isLate) await container.stop({ t: 10 });
  const { StatusCode } = await ended;
  return { code: isLate ? TIMED_OUT : StatusCode, log: await logsOf(docker, spec.name) };
};

export const TIMED_OUT = 124;
