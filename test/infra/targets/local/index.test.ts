import { expect } from "chai";
import { resolve } from "node:path";
import { counts, one, type Asked } from "../../../inventory";
import { askedOfDocker, CONTAINER, derived, emptyEngine, envOf, labelsOf, namesOf } from "../laptop";

const EGRESS = { hostPath: resolve(".fleet/egress"), containerPath: "/run/egress", readOnly: true };

describe("the local target", () => {
  let dev: Asked[];
  before(async () => {
    dev = await askedOfDocker();
  });

  it("asks for nothing but what the two systems need", () => {
    expect(counts(dev.filter(({ name }) => !/^(marketplace|booking|meet)/.test(name)))).to.deep.equal({
      "docker:index/container:Container": 9,
      "docker:index/network:Network": 3,
      "docker:index/remoteImage:RemoteImage": 4,
      "docker:index/volume:Volume": 6,
      "fleet:local:Datastore": 4,
      "fleet:local:Service": 6,
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

  it("asks a machine for no more than it can do (M10, M16)", async () => {
    const abilities = { limitsCpu: false, confinesMounts: true };
    const asked = await askedOfDocker({}, { engine: { ...emptyEngine, abilities } });
    for (const { name, inputs } of asked.filter(({ type }) => type === CONTAINER)) {
      expect(inputs, name).to.not.have.property("cpus");
      const mounts = (inputs["volumes"] ?? []).some(({ hostPath }: { hostPath?: string }) => hostPath !== undefined);
      const unlabelled = mounts ? ["label=disable"] : [];
      expect(inputs["securityOpts"], name).to.deep.equal(["no-new-privileges:true", ...unlabelled]);
    }
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
    const password = derived("leads-redis-password", 32);
    expect(envOf(one(dev, "leads-web", CONTAINER))).to.include(`REDIS_URL=redis://:${password}@redis:6379/0`);
  });

  it("gives Redis its password in a file and in the environment, never in a command that others can read", () => {
    const { inputs } = one(dev, "leads-redis", CONTAINER);
    const password = derived("leads-redis-password", 32);
    expect(inputs["uploads"]).to.deep.equal([
      { file: "/usr/local/etc/fleet-redis.conf", content: `requirepass ${password}\n` },
    ]);
    expect(envOf(one(dev, "leads-redis", CONTAINER))).to.include(`REDISCLI_AUTH=${password}`);
    expect(inputs["command"]).to.deep.equal(["redis-server", "/usr/local/etc/fleet-redis.conf", "--appendonly", "yes"]);
    expect(JSON.stringify([inputs["command"], inputs["healthcheck"]])).to.not.include(password);
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
    const asked = await askedOfDocker({ systems: ["leads"] });
    expect(namesOf(asked, CONTAINER).filter((name) => name.startsWith("callcenter"))).to.deep.equal([]);
    expect(namesOf(asked, "docker:index/volume:Volume")).to.include.members([
      "callcenter-db_postgres-data",
      "callcenter-db_mariadb-data",
    ]);
  });

  it("runs MariaDB, its users and its migrations when it is on", async () => {
    const asked = await askedOfDocker({ mariadb: true });
    expect(one(asked, "callcenter-db_mariadb", CONTAINER).inputs["command"]).to.include(
      "--init-file=/etc/mysql/fleet.sql",
    );
    expect(one(asked, "callcenter-migrate-mariadb", CONTAINER).inputs["command"]).to.include("--database=mariadb");
    expect(envOf(one(asked, "callcenter-web", CONTAINER)).join()).to.include(
      `MARIADB_URL=mysql://django_user:${derived("callcenter-db-mariadb-password", 32)}@`,
    );
  });

  it("labels what runs another command than its image's own: the provider sees none that is left out", () => {
    const services = dev.filter(({ type, inputs }) => type === CONTAINER && inputs["readOnly"]);
    const told = services.map(({ inputs }) => inputs["command"] as string[] | undefined);
    expect(new Set(told.map((command) => command !== undefined))).to.deep.equal(new Set([true, false]));
    for (const [index, service] of services.entries())
      expect(labelsOf(service)["dev.fleet.command"], service.name).to.equal(told[index]?.join(" "));
  });

  it("offers the leads network that other systems can join", () => {
    expect(one(dev, "leads-service_network").inputs["name"]).to.equal("leads_dev_service_network");
    expect(one(dev, "leads-web", CONTAINER).inputs["networksAdvanced"]).to.deep.include({
      name: "leads_dev_service_network",
      aliases: ["leads-web"],
    });
  });

  it("tells containers of this machine's way to the internet by a mount, so that the state holds nothing of it (M12)", async () => {
    expect(one(dev, "leads-web", CONTAINER).inputs["volumes"]).to.deep.include(EGRESS);
    const beside = await askedOfDocker({}, { mountFolder: "/on/the/host/services" });
    const hostPath = "/on/the/host/.fleet/egress";
    expect(one(beside, "leads-web", CONTAINER).inputs["volumes"]).to.deep.include({ ...EGRESS, hostPath });
  });

  it("mounts code from where the engine has it, when that is elsewhere", async () => {
    const beside = await askedOfDocker({}, { mountFolder: "/on/the/host/services" });
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
    const baked = await askedOfDocker({ hotReload: false });
    expect(one(baked, "leads-web", CONTAINER).inputs["volumes"]).to.deep.equal([EGRESS]);
    expect(one(baked, "leads", "docker:index/remoteImage:RemoteImage").inputs["build"].target).to.equal("production");
  });

  it("makes every image for the machine's own kind, PostGIS on the Postgres of that kind (M2)", async () => {
    const asked = await askedOfDocker({ systems: ["leads", "marketplace"] });
    const images = asked.filter(({ type }) => type === "docker:index/remoteImage:RemoteImage");
    expect(images.map(({ name }) => name)).to.include.members(["leads", "marketplace", "postgis-15"]);
    for (const { name, inputs } of images) expect(inputs["build"] ?? {}, name).to.not.have.property("platform");
    const { inputs } = one(asked, "postgis-15");
    expect(inputs["name"]).to.match(/^fleet\/postgis:15-[0-9a-f]{12}$/);
    expect(inputs["build"]).to.deep.include({
      dockerfile: "infra/targets/local/postgis/Dockerfile",
      buildArgs: { BASE: "postgres:15-bookworm" },
    });
    expect(inputs["triggers"]).to.deep.equal({ base: "sha256:postgres:15-bookworm" });
    expect(one(asked, "marketplace-postgres", CONTAINER).inputs["image"]).to.equal("sha256:postgis-15");
    expect(labelsOf(one(asked, "marketplace-postgres-data"))).to.include({
      "dev.fleet.data-format": "postgres 15 glibc",
    });
  });

  it("takes images from a mirror without changing what they are to Pulumi", async () => {
    const asked = await askedOfDocker({ imagePrefix: "mirror.example/" });
    expect(one(asked, "postgres:15-bookworm").inputs["name"]).to.equal("mirror.example/postgres:15-bookworm");
    expect(one(asked, "leads", "docker:index/remoteImage:RemoteImage").inputs["build"].buildArgs).to.include({
      IMAGE_PREFIX: "mirror.example/",
    });
  });
});
