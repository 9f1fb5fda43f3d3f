import { expect } from "chai";
import { catalogue, settings, makePlan } from "../infra/example";
import { composeFile } from "./compose";
import { partsOf, type Container, type Part } from "./parts";

const database = {
  Id: "d".repeat(64),
  Image: "sha256:1234",
  Config: {
    Labels: { "dev.fleet.system": "shop", "dev.fleet.part": "postgres" },
    Env: ["POSTGRES_PASSWORD=pa$$word"],
    Entrypoint: null,
    Cmd: ["postgres"],
    User: "",
    StopTimeout: 60,
    Healthcheck: { Test: ["CMD", "pg_isready"], Interval: 5e9, Timeout: 3e9, StartPeriod: 1e10, Retries: 7 },
  },
  HostConfig: {
    NetworkMode: "bridge",
    Init: true,
    NanoCpus: 5e8,
    Memory: 1 << 28,
    MemorySwap: 1 << 28,
    CapDrop: null,
    SecurityOpt: ["no-new-privileges:true"],
    ReadonlyRootfs: false,
    RestartPolicy: { Name: "unless-stopped" },
    LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
    PortBindings: { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: "9436" }] },
  },
  Mounts: [{ Type: "volume", Name: "shop_data", Destination: "/data", RW: true }],
  NetworkSettings: { Networks: { shop_network: { Aliases: ["postgres", "dddddddddddd"] } } },
};

const roles = {
  ...database,
  Id: "r".repeat(64),
  Config: {
    Env: [],
    Entrypoint: ["sh", "-c", "echo $i"],
    Cmd: null,
    User: "1000:1000",
    Healthcheck: { Test: ["NONE"] },
  },
  HostConfig: {
    ...database.HostConfig,
    NetworkMode: `container:${database.Id}`,
    ReadonlyRootfs: true,
    Tmpfs: { "/tmp": "" },
    RestartPolicy: { Name: "no" },
    PortBindings: {},
  },
  Mounts: [{ Type: "bind", Source: "/code", Destination: "/srv/app", RW: false }],
};

const parts = [
  { name: "shop_postgres", container: database, needs: [] },
  { name: "shop_roles", container: roles, needs: [{ name: "shop_postgres", condition: "service_healthy" }] },
] as unknown as Part[];

describe("the Compose file of the benchmark", () => {
  const file = JSON.parse(composeFile(parts)) as Record<string, any>;

  it("has a server with its image, limits, health, data, port and names", () => {
    expect(file.services.shop_postgres).to.deep.equal({
      image: "sha256:1234",
      pull_policy: "never",
      command: ["postgres"],
      environment: ["POSTGRES_PASSWORD=pa$$$$word"],
      init: true,
      restart: "unless-stopped",
      stop_grace_period: "60s",
      healthcheck: {
        test: ["CMD", "pg_isready"],
        interval: "5000000000ns",
        timeout: "3000000000ns",
        start_period: "10000000000ns",
        retries: 7,
      },
      cpus: 0.5,
      mem_limit: 268435456,
      memswap_limit: 268435456,
      cap_drop: [],
      security_opt: ["no-new-privileges:true"],
      logging: { driver: "json-file", options: { "max-size": "10m" } },
      read_only: false,
      tmpfs: [],
      volumes: [{ type: "volume", source: "shop_data", target: "/data", read_only: false }],
      ports: ["127.0.0.1:9436:5432/tcp"],
      networks: { shop_network: { aliases: ["postgres"] } },
      depends_on: {},
    });
  });

  it("has a one-shot in its server's network, after it, with no dollar sign that Compose would take for its own", () => {
    expect(file.services.shop_roles).to.deep.include({
      entrypoint: ["sh", "-c", "echo $$i"],
      user: "1000:1000",
      network_mode: "service:shop_postgres",
      healthcheck: { disable: true },
      restart: "no",
      read_only: true,
      tmpfs: ["/tmp"],
      volumes: [{ type: "bind", source: "/code", target: "/srv/app", read_only: true }],
      depends_on: { shop_postgres: { condition: "service_healthy" } },
    });
    expect(file.services.shop_roles).not.to.have.property("networks");
  });

  it("declares every network and volume", () => {
    expect(file.networks).to.deep.equal({ shop_network: {} });
    expect(file.volumes).to.deep.equal({ shop_data: {} });
  });
});

describe("the parts of a running stack", () => {
  const container = ({ part, restart = "no" }: Record<string, string>) => ({
    Id: `id-of-${part}`,
    Config: { Labels: { "dev.fleet.system": "shop", "dev.fleet.part": part } },
    HostConfig: { NetworkMode: "bridge", RestartPolicy: { Name: restart } },
  });
  const containers = [
    container({ part: "web", restart: "unless-stopped" }),
    container({ part: "migrate" }),
    container({ part: "redis", restart: "unless-stopped" }),
    container({ part: "postgres", restart: "unless-stopped" }),
  ] as unknown as Container[];
  const parts = partsOf({ plan: makePlan(catalogue, settings), containers, secretOf: (name) => `value of ${name}` });

  it("wait for what the plan says, datastores as soon as they are ready", () => {
    const waits = parts.map(({ name, needs }) => [name, needs.map((need) => `${need.name} ${need.condition}`).sort()]);
    expect(Object.fromEntries(waits)).to.deep.equal({
      shop_postgres: [],
      shop_postgres_ready: ["shop_postgres service_started"],
      shop_redis: [],
      shop_redis_ready: ["shop_redis service_started"],
      shop_migrate: ["shop_postgres_ready service_completed_successfully"],
      shop_web: [
        "shop_migrate service_completed_successfully",
        "shop_postgres_ready service_completed_successfully",
        "shop_redis_ready service_completed_successfully",
      ],
    });
  });

  it("make a datastore ready with the script and the passwords of the program", () => {
    const { Config } = parts.find(({ name }) => name === "shop_postgres_ready")?.container as Container;
    expect(Config.Env).to.deep.equal([
      "SUPERUSER_PASSWORD=value of shop-superuser",
      "PASSWORD_0=value of shop-password",
    ]);
    expect((Config.Entrypoint as string[]).slice(0, 2)).to.deep.equal(["sh", "-euc"]);
    expect((Config.Entrypoint as string[])[2]).to.include("CREATE ROLE");
  });
});
