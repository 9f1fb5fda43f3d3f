import { when, type Problem } from "../infra/problems";
import { DEFAULT_HOST } from "./connect";

/** What an engine says of itself, as far as it matters here (`GET /info`). */
export type EngineInfo = {
  ServerVersion?: string;
  OperatingSystem?: string;
  Architecture?: string;
  Driver?: string;
  DriverStatus?: [string, string][] | null;
  SecurityOptions?: string[] | null;
  CpuCfsQuota?: boolean;
  /** Podman's alone. */
  BuildahVersion?: string;
};

/** An engine in one line: version, image store, architecture, system and what confines its containers. */
export const describeEngine = (info: EngineInfo): string => {
  const store = isContainerdStore(info) ? `${info.Driver ?? ""} of containerd` : info.Driver;
  const security = (info.SecurityOptions ?? []).flatMap(
    (option) => /name=(selinux|rootless|userns)/.exec(option)?.[1] ?? [],
  );
  return [
    `${info.BuildahVersion ? "Podman" : "Docker"} ${info.ServerVersion ?? "of an unknown version"}`,
    store,
    info.Architecture,
    info.OperatingSystem,
  ]
    .concat(security)
    .filter(Boolean)
    .join(", ");
};

/** Whether images are kept by containerd, as new engines since 29 do, and not by the engine itself. */
export const isContainerdStore = ({ DriverStatus }: EngineInfo): boolean =>
  (DriverStatus ?? []).some(([key, value]) => key === "driver-type" && value.startsWith("io.containerd"));

/**
 * The problem of Podman behind Docker's socket. It answers most of the API, but images are built with BuildKit, whose session
 * it has not (4.3.1, tried on 2026-11-28: `POST /session` is 404).
 */
export const podmanProblems = ({ host, info }: { host: string; info: EngineInfo }): Problem[] =>
  when(info.BuildahVersion !== undefined, {
    path: `Docker engine ${host}`,
    message: `it is Podman ${info.ServerVersion ?? ""}, which has no BuildKit to build the services' images with; allowed: Docker Engine 20.10 or newer, Docker Desktop, Colima, OrbStack, Rancher Desktop (dockerd)`,
    cure:
      host === DEFAULT_HOST
        ? "remove the package podman-docker, which holds Docker's socket; install Docker Engine (on Fedora sudo dnf install moby-engine, on Debian or Ubuntu sudo apt-get install docker.io), start it, then run this again"
        : `install Docker Engine beside it, start it, then: DOCKER_HOST=${DEFAULT_HOST} ./fleet start`,
  });

const NODE_NAMES: Readonly<Record<string, string>> = { x86_64: "x64", amd64: "x64", aarch64: "arm64", arm64: "arm64" };

type Machine = { host: string; info: EngineInfo; architecture?: string };

/** Advice where the engine, or this Node, runs emulated: all is well, and many times slower. */
export const emulationAdvice = ({ host, info, architecture = process.arch }: Machine): Problem[] => {
  const engine = NODE_NAMES[info.Architecture ?? ""];
  return when(engine !== undefined && engine !== architecture, {
    path: `Docker engine ${host}`,
    message: `it is ${info.Architecture ?? ""} and this Node is ${architecture}: one of them is emulated, and slow`,
    cure:
      architecture === "arm64"
        ? "make its virtual machine anew for this processor (colima delete, then colima start --arch aarch64)"
        : `install the Node of the processor's own architecture (node -p process.arch says ${architecture})`,
  });
};

/** Advice where containers run without their CPU limits. */
export const quotaAdvice = ({ host, info }: Machine): Problem[] =>
  when(info.CpuCfsQuota === false, {
    path: `Docker engine ${host}`,
    message: "it cannot limit the CPU of containers: they run without that limit",
    cure: "for an engine without root, delegate the controller cpu to users (https://rootlesscontaine.rs/getting-started/common/cgroup2/), then log in again",
  });
