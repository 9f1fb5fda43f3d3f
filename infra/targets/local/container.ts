import type * as docker from "@pulumi/docker";
import type { HealthCheck, Limits } from "../../catalogue/vocabulary";
import type { Abilities } from "./engine";

export const NO_NEW_PRIVILEGES = "no-new-privileges:true";

/**
 * The arguments of all containers: bounded memory, CPU (where the machine can) and logs, a process 1 that reaps, no new
 * privileges.
 */
export const basics = ({ cpu, memory }: Limits, { limitsCpu }: Abilities) => {
  const mebibytes = Number.parseInt(memory, 10);
  return {
    init: true,
    // The provider reads a whole number back with one decimal.
    ...(limitsCpu ? { cpus: Number.isInteger(cpu) ? cpu.toFixed(1) : String(cpu) } : {}),
    memory: mebibytes,
    // The same figure means no swap. Without it, the engine refuses to raise the memory of a running container.
    memorySwap: mebibytes,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    securityOpts: [NO_NEW_PRIVILEGES],
  } satisfies Partial<docker.ContainerArgs>;
};

/** Docker's soft limits: of memory when the machine runs out of it, of CPU as a share of 1024 a core. */
export const reservation = ({ cpu, memory }: Limits) =>
  ({
    cpuShares: Math.round(cpu * 1024),
    memoryReservation: Number.parseInt(memory, 10),
  }) satisfies Partial<docker.ContainerArgs>;

/** Services and jobs write nowhere but /tmp and have no capability at all. */
export const confined = {
  readOnly: true,
  tmpfs: { "/tmp": "" },
  capabilities: { drops: ["ALL"] },
} satisfies Partial<docker.ContainerArgs>;

export const healthcheck = (tests: string[], { interval, timeout, retries, startPeriod }: HealthCheck) => ({
  tests,
  interval,
  timeout,
  retries,
  startPeriod,
});

/** A port on loopback only: nothing of a laptop's stack is reachable from its network. */
export const loopbackPort = (internal: number, external: number) => [{ internal, external, ip: "127.0.0.1" }];

/** Inputs that the provider accepts without applying them to the running container. */
export const replaceOnChanges = ["init", "tmpfs", "healthcheck", "stopTimeout"];

/** The seconds that a stopped container may take before it is killed; the provider's default is 0. */
export const GRACE_SECONDS = 10;
/** A datastore has longer, to write its last checkpoint. */
export const DATASTORE_GRACE_SECONDS = 60;

/** Options of a volume with data: any of these changes would replace it, and a replacement is an empty one. */
export const keptForever = {
  retainOnDelete: true,
  ignoreChanges: ["name", "labels", "driver", "driverOpts", "cluster"],
};
