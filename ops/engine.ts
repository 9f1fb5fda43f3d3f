import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type Docker from "dockerode";
import { readJson } from "./files";

/** What the engine has, cut down to what recovery and drift compare with the state. */
export type Inventory = {
  containers: Container[];
  networks: Item[];
  volumes: Item[];
  /** Image ids. */
  images: string[];
};

export type Item = { id: string; name: string; labels: Record<string, string> };

export type Container = Item & {
  running: boolean;
  health?: string;
  /** The networks it belongs to, by name; the id can be that of a network that is gone. */
  networks: Record<string, string>;
  /** Names of the volumes that it mounts. */
  volumes: string[];
};

/** Loaded late: it costs a fifth of a second, and some commands never ask the engine. */
export const connect = async (host: string): Promise<Docker> => {
  const { default: Client } = await import("dockerode");
  // dockerode reads DOCKER_HOST (and the TLS variables beside it) by itself.
  process.env.DOCKER_HOST = host;
  return new Client();
};

/** Where the engine listens: what the environment or docker's current context says, else the first socket that exists. */
export const engineHost = (): string => process.env.DOCKER_HOST || contextHost() || firstSocket() || DEFAULT_HOST;

export const DEFAULT_HOST = "unix:///var/run/docker.sock";

export const listEverything = async (engine: Docker): Promise<Inventory> => {
  const [containers, networks, { Volumes: volumes }, images] = await Promise.all([
    engine.listContainers({ all: true }),
    engine.listNetworks(),
    engine.listVolumes(),
    engine.listImages({ all: true }),
  ]);
  return {
    containers: containers.map(({ Id, Names, Labels, State, Status, NetworkSettings, Mounts }) => ({
      ...item(Id, Names[0]?.slice(1) ?? Id, Labels),
      running: State === "running" || State === "restarting",
      ...healthIn(Status),
      networks: Object.fromEntries(
        Object.entries(NetworkSettings?.Networks ?? {}).map(([name, { NetworkID }]) => [name, NetworkID]),
      ),
      volumes: (Mounts ?? []).flatMap(({ Type, Name }) => (Type === "volume" && Name ? [Name] : [])),
    })),
    networks: networks.map(({ Id, Name, Labels }) => item(Id, Name, Labels)),
    volumes: (volumes ?? []).map(({ Name, Labels }) => item(Name, Name, Labels)),
    images: images.map(({ Id }) => Id),
  };
};

const item = (id: string, name: string, labels: Record<string, string> | null | undefined): Item => ({
  id,
  name,
  labels: labels ?? {},
});

/** The listing tells health only in its text for people: `Up 5 seconds (healthy)`. */
const healthIn = (status: string): { health?: string } => {
  const match = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status);
  return match?.[1] ? { health: match[1] } : {};
};

const contextHost = (): string | undefined => {
  const folder = path.join(os.homedir(), ".docker");
  const name =
    process.env.DOCKER_CONTEXT ||
    readJson<{ currentContext?: string }>(path.join(folder, "config.json"))?.currentContext;
  if (!name || name === "default") return undefined;
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    path.join(folder, "contexts", "meta", digest, "meta.json"),
  );
  return meta?.Endpoints?.docker?.Host;
};

const firstSocket = (): string | undefined => {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const sockets = [
    "/var/run/docker.sock",
    ...(runtime ? [path.join(runtime, "docker.sock")] : []),
    path.join(os.homedir(), ".docker/run/docker.sock"),
  ];
  const found = sockets.find((socket) => existsSync(socket));
  return found && `unix://${found}`;
};
