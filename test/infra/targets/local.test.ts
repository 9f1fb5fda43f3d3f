import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { resolve } from "node:path";
import { catalogue } from "../../../infra/catalogue";
import type { Settings } from "../../../infra/settings/schema";
import { prepare } from "../../../infra/targets/local";
import { PlainError } from "../../../infra/problems";
import type { EngineState } from "../../../infra/targets/local/engine";
import type { Gates } from "../../../infra/targets/local/gates";
import { derivedSecret } from "../../../infra/targets/local/secrets";
import { counts, failing, inventoryOf, one, type Asked, type Exits } from "../../inventory";
import { localPlan, made, settings } from "../example";

const CONTAINER = "docker:index/container:Container";
const emptyEngine: EngineState = { containers: [], volumes: [], takenPorts: new Map() };
const open: Gates = { datastore: () => Promise.resolve(), service: () => Promise.resolve() };

const run = (
  change: Partial<Settings> = {},
  {
    engine = emptyEngine,
    exits = {},
    gates = {},
    ...of
  }: { engine?: EngineState; exits?: Exits; gates?: Partial<Gates>; mountFolder?: string } = {},
) =>
  inventoryOf(
    () =>
      made(
        prepare({
          plan: localPlan(catalogue, {
            ...settings,
            stack: "dev",
            systems: ["callcenter", "leads"],
            hotReload: true,
            ...change,
          }),
          secretValues: { "callcenter-db-postgres-password": pulumi.secret("django_pass") },
          servicesFolder: resolve("services"),
          ...of,
          engine,
          gates: { ...open, ...gates },
        }),
      ),
    { exits },
  );

const labelsOf = ({ inputs }: Asked): Record<string, string> =>
  Object.fromEntries(inputs["labels"].map(({ label, value }: { label: string; value: string }) => [label, value]));
/** A secret that the config does not give, as the mocks' seed makes it. */
const derived = (name: string, length: number): string =>
  derivedSecret({ seed: "random of secrets-seed", name, length });
const envOf = ({ inputs }: Asked): string[] => inputs["envs"].secret ?? inputs["envs"];
const namesOf = (asked: readonly Asked[], type: string): string[] =>
  asked.filter((r) => r.type === type).map(({ name }) => name);

describe("the local target", () => {
  let dev: Asked[];
  before(async () => {
    dev = await run();
  });

  it("asks for nothing but what the two systems need", () => {
    expect(counts(dev.filter(({ name }) => !/^(marketplace|booking|meet)/.test(name)))).to.deep.equal({
      "docker:index/container:Container": 7,
      "docker:index/network:Network": 3,
      "docker:index/remoteImage:RemoteImage": 4,
      "docker:index/volume:Volume": 6,
      "fleet:local:Datastore": 4,
      "fleet:local:Service": 4,
      "fleet:local:System": 2,
      "random:index/randomPassword:RandomPassword": 1,
    });
  });

  it("confines a web service", () => {
    expect(one(dev, "callcenter-web", CONTAINER).inputs).to.containSubset({
      name: "callcenter_dev_web",
      image: "sha256:callcenter",
      init: true,
      restart: "unless-stopped",
      user: "1000:1000",
      readOnly: true,
      tmpfs: { "/tmp": "" },
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      cpus: "1.0",
      memory: 512,
      memorySwap: 512,
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      ports: [{ internal: 8000, external: 8000, ip: "127.0.0.1" }],
      networksAdvanced: [{ name: "callcenter_dev_network", aliases: ["web"] }],
      healthcheck: { tests: ["CMD", "python", "-m", "chassis.healthcheck", "/healthz"], interval: "5s", retries: 5 },
      destroyGraceSeconds: 10,
    });
  });

  it("labels what belongs to the stack, and as specification 000 names it", () => {
    expect(labelsOf(one(dev, "callcenter-web", CONTAINER))).to.include({
      "dev.fleet.stack": "fleet/dev",
      "dev.fleet.system": "callcenter",
      "dev.fleet.part": "web",
      "com.callcenter.service": "web",
      "com.callcenter.environment": "development",
      "com.callcenter.description": "Django application",
    });
  });

  it("gives addresses and secrets to those who refer to them, as secrets", () => {
    const web = one(dev, "callcenter-web", CONTAINER);
    expect(web.inputs["envs"]).to.have.property("secret");
    expect(envOf(web)).to.include.members([
      "DATABASE_URL=postgres://django_user:django_pass@db_postgres:5432/callcenterdb",
      `SECRET_KEY=${derived("callcenter-django-secret-key", 50)}`,
      "GUNICORN_RELOAD=True",
      "ENTRYPOINT_MIGRATE=False",
      "PORT=8000",
    ]);
    expect(envOf(web).join()).to.not.include("MARIADB_URL");
    expect(envOf(one(dev, "leads-web", CONTAINER))).to.include("REDIS_URL=redis://redis:6379/0");
  });

  it("keeps datastores off the host but where the specification publishes them", () => {
    expect(one(dev, "callcenter-db_postgres", CONTAINER).inputs["ports"]).to.deep.equal([]);
    expect(one(dev, "leads-postgres", CONTAINER).inputs["ports"]).to.deep.equal([
      { internal: 5432, external: 5436, ip: "127.0.0.1" },
    ]);
  });

  it("stops a database with time for its last checkpoint", () => {
    expect(one(dev, "leads-postgres", CONTAINER).inputs).to.include({ destroyGraceSeconds: 60 });
  });

  it("keeps the volume of a datastore that is off, and marks what can read it", () => {
    expect(namesOf(dev, CONTAINER)).to.not.include("callcenter-db_mariadb");
    const volume = one(dev, "callcenter-db_mariadb-data");
    expect(volume.inputs["name"]).to.equal("callcenter_dev_db_mariadb_data");
    expect(labelsOf(volume)).to.include({ "dev.fleet.data-format": "mariadb 11 glibc" });
  });

  it("keeps the volumes of a system that does not run, and nothing else of it", async () => {
    const asked = await run({ systems: ["leads"] });
    expect(namesOf(asked, CONTAINER).filter((name) => name.startsWith("callcenter"))).to.deep.equal([]);
    expect(namesOf(asked, "docker:index/volume:Volume")).to.include.members([
      "callcenter-db_postgres-data",
      "callcenter-db_mariadb-data",
    ]);
  });

  it("runs MariaDB, its users and its migrations when it is on", async () => {
    const asked = await run({ mariadb: true });
    expect(one(asked, "callcenter-db_mariadb", CONTAINER).inputs["command"]).to.include(
      "--init-file=/etc/mysql/fleet.sql",
    );
    expect(one(asked, "callcenter-migrate-mariadb", CONTAINER).inputs["command"]).to.include("--database=mariadb");
    expect(envOf(one(asked, "callcenter-web", CONTAINER)).join()).to.include(
      `MARIADB_URL=mysql://django_user:${derived("callcenter-db-mariadb-password", 32)}@`,
    );
  });

  it("offers the leads network that other systems can join", () => {
    expect(one(dev, "leads-service_network").inputs["name"]).to.equal("leads_dev_service_network");
    expect(one(dev, "leads-web", CONTAINER).inputs["networksAdvanced"]).to.deep.include({
      name: "leads_dev_service_network",
      aliases: ["leads-web"],
    });
  });

  it("mounts code from where the engine has it, when that is elsewhere", async () => {
    const beside = await run({}, { mountFolder: "/on/the/host/services" });
    expect(one(beside, "leads-web", CONTAINER).inputs["volumes"]).to.deep.include({
      hostPath: "/on/the/host/services/leads",
      containerPath: "/srv/app",
      readOnly: true,
    });
  });

  it("mounts code read-only with hot reload, and copies it without", async () => {
    expect(one(dev, "leads-web", CONTAINER).inputs["volumes"]).to.deep.include({
      hostPath: resolve("services/leads"),
      containerPath: "/srv/app",
      readOnly: true,
    });
    const baked = await run({ hotReload: false });
    expect(one(baked, "leads-web", CONTAINER).inputs["volumes"]).to.deep.equal([]);
    expect(one(baked, "leads", "docker:index/remoteImage:RemoteImage").inputs["build"].target).to.equal("production");
  });

  it("takes images from a mirror without changing what they are to Pulumi", async () => {
    const asked = await run({ imagePrefix: "mirror.example/" });
    expect(one(asked, "postgres:15-bookworm").inputs["name"]).to.equal("mirror.example/postgres:15-bookworm");
    expect(one(asked, "leads", "docker:index/remoteImage:RemoteImage").inputs["build"].buildArgs).to.include({
      IMAGE_PREFIX: "mirror.example/",
    });
  });
});

describe("the gate before a service", () => {
  it("keeps the service out when its migrations fail, in a first and in every later update", async () => {
    const asked = await failing(() =>
      run({}, { exits: { "leads-migrate": { exitCode: 1, containerLogs: "no such column" } } }),
    );
    expect(asked.problem).to.match(/leads\/migrate failed with exit code 1[^]*no such column[^]*cure:/);
    expect(namesOf(asked.asked, CONTAINER)).to.include.members(["leads-migrate", "callcenter-web"]);
    expect(namesOf(asked.asked, CONTAINER)).to.not.include("leads-web");
  });

  it("keeps everything out that needs a datastore which does not get ready", async () => {
    const datastore: Gates["datastore"] = ({ what }) =>
      what === "leads/postgres" ? Promise.reject(new PlainError("no connection")) : Promise.resolve();
    const asked = await failing(() => run({}, { gates: { datastore } }));
    expect(asked.problem).to.equal("no connection");
    const containers = namesOf(asked.asked, CONTAINER);
    expect(containers).to.include.members(["leads-postgres", "callcenter-web"]);
    expect(containers.filter((name) => /^leads-(migrate|web)/.test(name))).to.deep.equal([]);
  });

  it("asks each server with its passwords, and each service that stays, once", async () => {
    const servers: Parameters<Gates["datastore"]>[0][] = [];
    const services: string[] = [];
    await run(
      {},
      {
        gates: {
          datastore: (step) => Promise.resolve(void servers.push(step)),
          service: ({ id, service }) => Promise.resolve(void services.push(`${service.id} ${id}`)),
        },
      },
    );
    expect(servers.map(({ what }) => what).sort()).to.deep.equal([
      "callcenter/db_postgres",
      "leads/postgres",
      "leads/redis",
    ]);
    expect(servers.find(({ what }) => what === "callcenter/db_postgres")).to.deep.include({
      id: "callcenter-db_postgres-id",
      env: [`SUPERUSER_PASSWORD=${derived("callcenter-db-postgres-superuser-password", 32)}`, "PASSWORD_0=django_pass"],
    });
    expect(services.sort()).to.deep.equal(["callcenter/web callcenter-web-id", "leads/web leads-web-id"]);
  });

  it("runs again what failed, and nothing that is well", async () => {
    const well = {
      id: "some",
      name: "leads_dev_web",
      labels: { "dev.fleet.generation": "before" },
      running: true,
      health: "healthy" as const,
      exitCode: 0,
    };
    const containers = [
      well,
      { ...well, name: "leads_dev_migrate", running: false, exitCode: 1 },
      { ...well, name: "callcenter_dev_migrate", running: false },
      { ...well, name: "leads_dev_postgres", health: "unhealthy" as const },
      { ...well, name: "leads_dev_redis", running: false },
    ];
    const asked = await run({}, { engine: { ...emptyEngine, containers } });
    const generation = (name: string) => labelsOf(one(asked, name, CONTAINER))["dev.fleet.generation"];
    expect([generation("leads-web"), generation("callcenter-migrate")]).to.deep.equal(["before", "before"]);
    for (const name of ["leads-migrate", "leads-postgres", "leads-redis", "callcenter-web"])
      expect(generation(name), name).to.match(/^2\d{3}-/);
  });
});
