import type Docker from "dockerode";
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { refuse } from "../../problems";
import { list } from "./docker";
import { STACK_LABEL, stackLabel } from "./labels";

/** What the Docker engine holds of a stack, as far as a plan has to know before it touches anything. */
export type EngineState = {
  containers: readonly {
    id: string;
    name: string;
    labels: Readonly<Record<string, string>>;
    running: boolean;
    /** What Docker's own check says; `starting` until it has asked for the first time. */
    health: "none" | "starting" | "healthy" | "unhealthy";
    exitCode: number;
  }[];
  volumes: readonly { name: string; labels: Readonly<Record<string, string>> }[];
  /** Wanted host ports that something else listens on, with its name where it can be told. */
  takenPorts: ReadonlyMap<number, string>;
};

/**
 * Asks the engine, in milliseconds: an engine is reached through DOCKER_HOST or the default socket.
 * @throws ProblemsError when no engine answers.
 */
export const readEngine = async ({
  stack,
  ports,
}: {
  stack: string;
  ports: readonly number[];
}): Promise<EngineState> => {
  const label = `${STACK_LABEL}=${stackLabel(stack)}`;
  const [all, volumes] = await Promise.all([
    list<Docker.ContainerInfo[]>("/containers/json?all=true"),
    list<{ Volumes: Docker.VolumeInspectInfo[] | null }>(`/volumes?filters=${query({ label: [label] })}`),
  ]).catch(noEngine);
  const own = all.filter(({ Labels }) => Labels[STACK_LABEL] === stackLabel(stack));
  const publishers = all.filter((container) => !own.includes(container));
  return {
    containers: own.map(({ Id, Names, Labels, State, Status }) => ({
      id: Id,
      name: nameOf(Names),
      labels: Labels,
      running: State === "running",
      health: healthIn(Status),
      exitCode: Number(/^Exited \((\d+)\)/.exec(Status)?.[1] ?? 0),
    })),
    volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
    takenPorts: await takenPorts({ ports, ownPorts: portsOf(own), publishers }),
  };
};

const query = (filters: Record<string, string[]>): string => encodeURIComponent(JSON.stringify(filters));

/** The listing tells health only in its text for people: `Up 5 seconds (health: starting)`. */
const healthIn = (status: string): EngineState["containers"][number]["health"] =>
  (/\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1] as "starting" | undefined) ?? "none";

const nameOf = (names: readonly string[]): string => (names[0] ?? "").replace(/^\//, "");
const portsOf = (containers: readonly Docker.ContainerInfo[]): number[] =>
  containers.flatMap(({ Ports }) => Ports.flatMap(({ PublicPort }) => (PublicPort ? [PublicPort] : [])));

const noEngine = (error: NodeJS.ErrnoException): never => {
  const where = process.env["DOCKER_HOST"] ?? "/var/run/docker.sock";
  const denied = error.code === "EACCES" || error.code === "EPERM";
  refuse([
    denied
      ? {
          path: where,
          message: "no permission to use the Docker engine's socket",
          cure: 'sudo usermod -aG docker "$USER", then log in again',
        }
      : {
          path: where,
          message: `no Docker engine answers (${error.code ?? error.message})`,
          cure: "./fleet start (starts it where it can), or start Docker and run this again",
        },
  ]);
  throw error;
};

const takenPorts = async ({
  ports,
  ownPorts,
  publishers,
}: {
  ports: readonly number[];
  ownPorts: number[];
  publishers: Docker.ContainerInfo[];
}) => {
  const asked = ports.filter((port) => !ownPorts.includes(port));
  const taken = await Promise.all(asked.map(async (port) => ((await canListen(port)) ? [] : [port])));
  return new Map(taken.flat().map((port) => [port, ownerOf(port, publishers)]));
};

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });

/** The container or process behind a port; only asked once something is wrong. */
const ownerOf = (port: number, publishers: readonly Docker.ContainerInfo[]): string => {
  const container = publishers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
  if (container) return `the container ${nameOf(container.Names)}`;
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
