import type Docker from "dockerode";
import { execFileSync } from "node:child_process";
import { networkInterfaces } from "node:os";
import { freeNetworks, USUAL_POOLS, type Pool } from "../../../docker/address-pools";
import { list, providerHost } from "../../../docker/connect";
import { podmanProblems, type EngineInfo } from "../../../docker/engine-info";
import { exitCodeIn, healthIn, type Health } from "../../../docker/health";
import { nameIn } from "../../../docker/inventory";
import { isTaken } from "../../../docker/ports";
import { engineProblem } from "../../../docker/unreachable";
import { refuse, refuseWith, when } from "../../problems";
import { STACK_LABEL, stackLabel } from "./labels";

/** What the engine's machine can do, and asks for. */
export type Abilities = {
  /** Whether the CPU of a container can be limited: engines without root and old kernels refuse such a container. */
  limitsCpu: boolean;
  /** Whether SELinux confines containers: it denies them the mounted folders of a person. */
  confinesMounts: boolean;
};

/** Those of most machines. */
export const USUAL: Abilities = { limitsCpu: true, confinesMounts: false };

/** The containers and ports of a stack on the Docker engine, and its volumes, which are read before anything is touched. */
export type EngineState = {
  /** The engine's own id. */
  id: string;
  abilities?: Abilities;
  containers: readonly {
    id: string;
    name: string;
    labels: Readonly<Record<string, string>>;
    running: boolean;
    health: Health | "none";
    /** Undefined for one that has not ended: it runs, or was made and never started. */
    exitCode: number | undefined;
  }[];
  /** Every volume on the engine: the stack finds its data by name, whatever is on the label. */
  volumes: readonly { name: string; labels: Readonly<Record<string, string>> }[];
  /** The names of all networks, and how many more can be made before the engine's addresses run out. */
  networks?: { names: readonly string[]; free: number };
  /** The wanted host ports that another process or container listens on, with its name where it is known. */
  takenPorts: ReadonlyMap<number, string>;
  /** The stack's own running containers by the host ports that they publish. */
  ownPorts?: ReadonlyMap<number, string>;
};

/**
 * Reads the engine's state, in milliseconds, through DOCKER_HOST or the default socket.
 * @throws ProblemsError when no engine answers, or Podman does.
 */
export const readEngine = async (stack: string, ports: readonly number[]): Promise<EngineState> => {
  const [info, all, volumes, networks] = await Promise.all([
    list<Info>("/info"),
    list<Docker.ContainerInfo[]>("/containers/json?all=true"),
    list<{ Volumes: Docker.VolumeInspectInfo[] | null }>("/volumes"),
    list<Docker.NetworkInspectInfo[]>("/networks"),
  ]).catch(noEngine);
  refuse(podmanProblems({ host: providerHost(), info }));
  const own = all.filter(({ Labels }) => Labels[STACK_LABEL] === stackLabel(stack));
  const published = await Promise.all(own.map(async (each) => ({ name: nameOf(each), ports: await portsOf(each) })));
  const ownPorts = new Map(published.flatMap(({ name, ports: held }) => held.map((port) => [port, name] as const)));
  const publishers = all.filter((container) => !own.includes(container));
  return {
    id: info.ID,
    abilities: abilitiesIn(info),
    containers: own.map(({ Id, Names, Labels, State, Status }) => ({
      id: Id,
      name: nameOf({ Names, Id }),
      labels: Labels,
      running: State === "running",
      health: healthIn(Status) ?? "none",
      exitCode: State === "exited" ? exitCodeIn(Status) : undefined,
    })),
    volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
    networks: networksIn(info, networks),
    takenPorts: await takenPorts(
      ports.filter((port) => !ownPorts.has(port)),
      publishers,
    ),
    ownPorts,
  };
};

type Networks = NonNullable<EngineState["networks"]>;

/** The networks of the engine, and how many more it has addresses for. */
export const readNetworks = async (): Promise<Networks> =>
  networksIn(...(await Promise.all([list<Info>("/info"), list<Docker.NetworkInspectInfo[]>("/networks")])));

const networksIn = (info: Info, networks: readonly Docker.NetworkInspectInfo[]): Networks => ({
  names: networks.map(({ Name }) => Name),
  free: freeNetworks(poolsIn(info), subnetsOf(networks)),
});

type Info = EngineInfo & {
  ID: string;
  DefaultAddressPools?: { Base: string; Size: number }[] | null;
};

const poolsIn = ({ DefaultAddressPools: own }: Info): readonly Pool[] =>
  own && own.length > 0 ? own.map(({ Base: base, Size: size }) => ({ base, size })) : USUAL_POOLS;

/** Those of networks, and of this machine's own interfaces, which the engine leaves alone too. */
const subnetsOf = (networks: readonly Docker.NetworkInspectInfo[]): string[] => [
  ...networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? [])),
  ...Object.values(networkInterfaces()).flatMap((each) => (each ?? []).flatMap(({ cidr }) => cidr ?? [])),
];

/** An engine that says nothing of a quota has it, as every one of Windows and macOS. */
const abilitiesIn = ({ CpuCfsQuota = true, SecurityOptions }: Info): Abilities => ({
  limitsCpu: CpuCfsQuota,
  confinesMounts: (SecurityOptions ?? []).some((option) => option.split(",").includes("name=selinux")),
});

/** The listing shows no port of a container that is just restarting, although it publishes it again in a moment. */
const portsOf = async ({ Id, Ports, State }: Docker.ContainerInfo): Promise<number[]> => {
  if (State !== "restarting") return Ports.map(({ PublicPort }) => PublicPort);
  const { HostConfig } = await list<Docker.ContainerInspectInfo>(`/containers/${Id}/json`);
  const bindings = (HostConfig.PortBindings ?? {}) as Record<string, { HostPort: string }[]>;
  return Object.values(bindings).flatMap((each) => each.map(({ HostPort }) => Number(HostPort)));
};

const nameOf = ({ Names, Id }: Pick<Docker.ContainerInfo, "Names" | "Id">): string => nameIn(Names) ?? Id;

const noEngine = (error: Error): never => refuseWith(engineProblem({ error, host: providerHost() }));

const takenPorts = async (ports: readonly number[], publishers: readonly Docker.ContainerInfo[]) => {
  const taken = await Promise.all(ports.map(async (port) => when(await isTaken(port), port)));
  return new Map(taken.flat().map((port) => [port, ownerOf(port, publishers)]));
};

/** The container or process that listens on a taken port. */
const ownerOf = (port: number, publishers: readonly Docker.ContainerInfo[]): string => {
  const container = publishers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
  if (container) return `the container ${nameIn(container.Names) ?? container.Id}`;
  try {
    const line = execFileSync("ss", ["-Hltnp", `sport = :${port}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, name, pid] = /\("([^"]+)",pid=(\d+)/.exec(line) ?? [];
    return name ? `${name} (process ${pid})` : "another process";
  } catch {
    return "another process";
  }
};
