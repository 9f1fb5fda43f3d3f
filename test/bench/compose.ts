import type Docker from "dockerode";
import { nameOf, sharedWith, type Container, type Part } from "./parts";

/**
 * A Compose file (JSON is YAML) that makes the same containers: images, commands, environment, health checks, limits,
 * networks, volumes and order. Labels are left out: by them the stack's own things are found.
 */
export const composeFile = (parts: readonly Part[]): string => {
  const servers = new Map(parts.map(({ container }) => [container.Id, container]));
  const services = Object.fromEntries(parts.map((part) => [part.name, service(part, servers)]));
  const file = {
    services,
    networks: Object.fromEntries(parts.flatMap(({ container }) => networksOf(container)).map((name) => [name, {}])),
    volumes: Object.fromEntries(parts.flatMap(({ container }) => volumesOf(container)).map((name) => [name, {}])),
  };
  // Compose reads a dollar sign as the beginning of a variable; the one-shots' scripts have variables of their own.
  return JSON.stringify(file, null, 2).replaceAll("$", "$$$$");
};

const service = ({ container, needs }: Part, servers: ReadonlyMap<string, Container>) => {
  const { Config, HostConfig, Mounts } = container;
  return {
    image: container.Image,
    pull_policy: "never",
    entrypoint: Config.Entrypoint ?? undefined,
    command: Config.Cmd ?? undefined,
    user: Config.User || undefined,
    environment: Config.Env,
    ...lifeOf(container),
    ...limitsOf(HostConfig),
    read_only: HostConfig.ReadonlyRootfs,
    tmpfs: Object.keys(HostConfig.Tmpfs ?? {}),
    volumes: Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
      type: Type,
      source: Type === "volume" ? Name : Source,
      target: Destination,
      read_only: !RW,
    })),
    ports: portsOf(HostConfig),
    ...connections(container, servers),
    depends_on: Object.fromEntries(needs.map(({ name, condition }) => [name, { condition }])),
  };
};

const lifeOf = ({ Config, HostConfig }: Container) => ({
  init: HostConfig.Init,
  restart: HostConfig.RestartPolicy?.Name || "no",
  ...(Config.StopTimeout ? { stop_grace_period: `${Config.StopTimeout}s` } : {}),
  ...(Config.Healthcheck ? { healthcheck: healthcheck(Config.Healthcheck) } : {}),
});

const healthcheck = ({ Test, Interval, Timeout, StartPeriod, Retries }: Docker.HealthConfig) =>
  Test?.[0] === "NONE"
    ? { disable: true }
    : {
        test: Test,
        interval: `${Interval ?? 0}ns`,
        timeout: `${Timeout ?? 0}ns`,
        start_period: `${StartPeriod ?? 0}ns`,
        retries: Retries,
      };

const limitsOf = ({ NanoCpus, Memory, MemorySwap, CapDrop, SecurityOpt, LogConfig }: Docker.HostConfig) => ({
  cpus: (NanoCpus ?? 0) / 1e9,
  mem_limit: Memory,
  memswap_limit: MemorySwap,
  cap_drop: CapDrop ?? [],
  security_opt: SecurityOpt ?? [],
  logging: { driver: LogConfig?.Type, options: LogConfig?.Config },
});

const portsOf = ({ PortBindings }: Docker.HostConfig): string[] =>
  Object.entries((PortBindings ?? {}) as Record<string, { HostIp: string; HostPort: string }[]>).flatMap(
    ([port, bindings]) => bindings.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}:${port}`),
  );

/** Networks with the names by which others find it; a one-shot beside a server shares the server's. */
const connections = (container: Container, servers: ReadonlyMap<string, Container>) => {
  const server = servers.get(sharedWith(container) ?? "");
  if (server) return { network_mode: `service:${nameOf(server)}` };
  const networks = Object.entries(container.NetworkSettings.Networks).map(([name, { Aliases }]) => {
    // The engine adds the container's short id.
    const aliases = ((Aliases ?? []) as string[]).filter((alias) => !container.Id.startsWith(alias));
    return [name, { aliases }] as const;
  });
  return { networks: Object.fromEntries(networks) };
};

const networksOf = (container: Container): string[] =>
  sharedWith(container) === undefined ? Object.keys(container.NetworkSettings.Networks) : [];

const volumesOf = ({ Mounts }: Container): string[] =>
  Mounts.flatMap(({ Type, Name }) => (Type === "volume" && Name ? [Name] : []));
