import type Docker from "dockerode";
import { healthIn, type Health } from "./health";

/** The objects of the engine, with the fields that recovery and drift compare with the state. */
export type Inventory = {
  /** The engine's own id: every engine has another. */
  engine: string;
  containers: Container[];
  networks: Item[];
  volumes: Item[];
  /** Image ids. */
  images: string[];
};

export type Item = { id: string; name: string; labels: Record<string, string> };

export type Container = Item & {
  running: boolean;
  health?: Health;
  /** The networks it belongs to, by name; the id can be that of a network that is gone. */
  networks: Record<string, string>;
  /** Names of the volumes that it mounts. */
  volumes: string[];
};

export const listEverything = async (engine: Docker): Promise<Inventory> => {
  const [info, containers, networks, { Volumes: volumes }, images] = await Promise.all([
    engine.info() as Promise<{ ID: string }>,
    engine.listContainers({ all: true }),
    engine.listNetworks(),
    engine.listVolumes(),
    engine.listImages({ all: true }),
  ]);
  return {
    engine: info.ID,
    containers: containers.map(({ Id, Names, Labels, State, Status, NetworkSettings, Mounts }) => ({
      ...item(Id, nameIn(Names) ?? Id, Labels),
      running: State === "running" || State === "restarting",
      ...withHealth(Status),
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

const withHealth = (status: string): { health?: Health } => {
  const health = healthIn(status);
  return health === undefined ? {} : { health };
};

/** A listing puts a slash before a container's name. */
export const nameIn = (names: readonly string[]): string | undefined => names[0]?.replace(/^\//, "");
