import { expect } from "chai";
import Docker from "dockerode";
import { cpus } from "node:os";
import { inDocker } from "../../demo/token";
import { walk } from "../../demo/walk";
import { catalogue } from "../../infra/catalogue";
import type { System } from "../../infra/catalogue/vocabulary";
import type { Service } from "../../ops/stack/health";
import { closedTo } from "./closed";
import { fuzzed } from "./fuzzed";
import { eventually, lives, Project } from "./project";
import { databaseRoutes, NOBODY } from "./routes";

/** The code of every web service, in its own container, and of the chassis, in callcenter's. */
const suites = [
  { name: "chassis", container: "callcenter_services_web", folder: "/srv/chassis" },
  ...Object.entries<System>(catalogue).flatMap(([system, { services }]) =>
    Object.entries(services).flatMap(([service, { kind, image }]) =>
      kind === "web" ? [{ name: image, container: `${system}_services_${service}`, folder: "/srv/app" }] : [],
    ),
  ),
];

/** Every system in one stack: the demo, what holds the services in, and their own tests against real datastores. */
describe("every system at once", function () {
  // All host ports stay below 32768: from there on Linux gives them to outgoing connections.
  const project = new Project("services", { portOffset: "23000", hotReload: "true", mariadb: "true" });
  const docker = new Docker();
  let services: Service[] = [];

  before(async () => {
    await project.init();
    await project.mustUp();
    services = JSON.parse((await project.pulumi("stack", "output", "services", "--json")).output);
  });
  after(() => project.remove());

  it("passes the demo, twice in a row on its own data", async () => {
    for (let round = 0; round < 2; round++) {
      const lines: string[] = [];
      const { steps, failures } = await walk({ services, print: (line) => lines.push(line), ...inDocker(docker) });
      const story = lines.join("\n");
      expect(failures, story).to.equal(0);
      expect(steps, story).to.be.greaterThan(50);
      expect(story).to.not.include("not in this stack");
      expect(story).to.include("goes to the archive on MariaDB");
    }
  });

  it("takes no more than the 4 GiB in which every system may run by default", async () => {
    const used = Object.keys(await lives("services")).map(async (name) => {
      const { memory_stats: memory } = await docker.getContainer(name).stats({ stream: false });
      // Of a container that has ended there is nothing; what could be given back at once is not counted, as Docker does.
      const stats = memory.stats as unknown as Record<string, number> | undefined;
      return (memory.usage ?? 0) - (stats?.["total_inactive_file"] ?? stats?.["inactive_file"] ?? 0);
    });
    const bytes = (await Promise.all(used)).reduce((sum, each) => sum + each, 0);
    expect(bytes).to.be.within(GIB, 4 * GIB);
  });

  it("holds every Django container in: read-only, uid 1000, no capabilities, none to gain", async () => {
    const running = services.filter(({ kind }) => kind !== "job");
    expect(running.length).to.be.greaterThan(9);
    for (const { container } of running) {
      const { output: status } = await project.exec(container, "cat", "/proc/1/status");
      expect(status, container).to.match(/^Uid:\t1000\t1000\t1000\t1000$/m);
      for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
        expect(status, `${container} ${set}`).to.match(new RegExp(`^${set}:\t0{16}$`, "m"));
      expect(status, container).to.match(/^NoNewPrivs:\t1$/m);

      const tried = await project.exec(container, "python", "-c", TRIES);
      expect(tried.output.trim().split("\n"), container).to.deep.equal(REFUSED);
    }
    // Jobs have ended; what they were given still shows.
    for (const { container } of services.filter(({ kind }) => kind === "job")) {
      const { HostConfig, Config } = await project.container(container);
      expect([HostConfig.ReadonlyRootfs, HostConfig.CapDrop, Config.User], container).to.deep.equal([
        true,
        ["ALL"],
        "1000:1000",
      ]);
      expect(HostConfig.SecurityOpt, container).to.include("no-new-privileges:true");
    }
  });

  it("keeps every service away from the databases of other systems", async () => {
    const { NetworkSettings } = await project.container("leads_services_postgres");
    const address = Object.values(NetworkSettings.Networks)[0]!.IPAddress;
    const reach = (container: string) => project.exec(container, "python", "-c", CONNECT, address);
    expect((await reach("leads_services_web")).output).to.include("connected");
    for (const { container, system } of services.filter(({ kind }) => kind !== "job"))
      if (system !== "leads") {
        const { code, output } = await reach(container);
        expect([code, output.includes("connected")], `${container}: ${output}`).to.deep.equal([1, false]);
      }
  });

  it("keeps the two users of booking's one server apart", async () => {
    const tables = { reservas: "reservas_reserva", usuarios: "usuarios_usuario" };
    for (const [own, other] of [
      ["reservas", "usuarios"],
      ["usuarios", "reservas"],
    ] as const) {
      const { Config } = await project.container(`booking_services_${own}`);
      const password = Config.Env.find((line) => line.startsWith("DATABASE_PASSWORD="))?.split("=")[1];
      const count = (database: keyof typeof tables, shown = password) =>
        // By its address in the network: the image trusts whoever comes over the loopback.
        project.exec(
          "booking_services_postgres",
          "sh",
          "-c",
          `PGPASSWORD='${shown}' psql -h $(hostname -i) -U ${own} -d ${database} -tAc 'SELECT count(*) FROM ${tables[database]}'`,
        );
      expect((await count(own)).output.trim()).to.match(/^\d+$/);
      expect((await count(own, "wrong")).output).to.include("password authentication failed");
      const refused = await count(other);
      expect([refused.code, refused.output]).to.satisfy(
        ([code, output]: [number, string]) => code !== 0 && output.includes("permission denied for database"),
        refused.output,
      );
    }
  });

  it("answers 503 while Postgres is away, from the same processes that answer again when it is back", async () => {
    const asked = databaseRoutes(services);
    expect(asked).to.have.length(6);
    const answers = (status: number, code?: string) =>
      Promise.all(
        asked.map(({ url, container }) =>
          eventually(
            async () => {
              const answer = await fetch(url, { headers: NOBODY });
              return { container, status: answer.status, body: (await answer.json()) as any };
            },
            (answer) => answer.status === status && answer.body.error?.code === code,
            60,
          ),
        ),
      );
    const pids = () => Promise.all(asked.map(({ container }) => project.exec(container, "cat", "/proc/1/stat")));
    const before = (await pids()).map(({ output }) => output.split(" ")[21]);
    const servers = Object.keys(await lives("services")).filter((name) => /_postgres$/.test(name));
    expect(servers).to.include.members([...new Set(asked.map(serverOf))]);
    await Promise.all(servers.map((name) => docker.getContainer(name).stop()));
    try {
      await answers(503, "database_unavailable");
    } finally {
      await Promise.all(servers.map((name) => docker.getContainer(name).start()));
    }
    for (const { url } of asked)
      await eventually(
        () => fetch(new URL("/ready/", url)),
        ({ status }) => status === 200,
        60,
      );
    expect((await pids()).map(({ output }) => output.split(" ")[21])).to.deep.equal(before);
  });

  fuzzed({ project, docker, services: () => services });

  closedTo({ project, docker, services: () => services });

  for (const { name, container, folder } of suites)
    describe(`the code of ${name}`, () => {
      before(async () => {
        // What runs here comes on top of the container's own processes, which its limits are made for.
        const NanoCpus = cpus().length * 1e9;
        await docker.getContainer(container).update({ Memory: 2 * GIB, MemorySwap: 2 * GIB, NanoCpus });
      });

      it("passes its Django tests", async () => {
        const { code, output } = await project.exec(container, "sh", "-c", `cd ${folder} && ${PYTEST}`);
        expect(code, output.slice(-6000)).to.equal(0);
        const passed = Number(/(\d+) passed/.exec(output)?.[1]);
        expect(passed, output.slice(-500)).to.be.greaterThan(LEAST_TESTS[name] ?? 0);
        expect(output).to.not.match(/skipped|xfailed/);
      });

      it("has the types it says", async () => {
        // The service's `tests` would hide those of the chassis.
        const path = name === "chassis" ? "PYTHONPATH=/srv/chassis " : "";
        const { code, output } = await project.exec(container, "sh", "-c", `cd ${folder} && ${path}mypy .`);
        expect(code, output.slice(-6000)).to.equal(0);
        const files = Number(/no issues found in (\d+) source files/.exec(output)?.[1]);
        expect(files, output).to.be.greaterThan(name in LEAST_TESTS ? 20 : 0);
      });
    });

  it("passes meet's Django tests on SQLite too, but for what only Postgres has", async () => {
    const script = `unset $(env | grep -oE '^(POSTGRES_\\w+|CELERY_BROKER_URL)'); cd /srv/app && ${PYTEST} tests`;
    const { code, output } = await project.exec("meet_services_web", "sh", "-c", script);
    expect(code, output.slice(-6000)).to.equal(0);
    expect(Number(/(\d+) passed/.exec(output)?.[1]), output.slice(-500)).to.be.greaterThan(60);
  });
});

const GIB = 1024 ** 3;

/** How many tests the code of the specifications has at least; of other code one is enough. */
const LEAST_TESTS: Record<string, number> = {
  ...{ chassis: 30, callcenter: 30, leads: 30, marketplace: 60 },
  ...{ reservas: 30, usuarios: 30, meet: 30 },
};

/** The Postgres server that a web service's container asks. */
const serverOf = ({ container }: { container: string }): string => {
  const system = container.slice(0, container.indexOf("_"));
  return system === "callcenter" ? "callcenter_services_db_postgres" : `${system}_services_postgres`;
};

/** Another index of Redis than the stack's own worker listens to. */
const PYTEST =
  'ENVIRONMENT=test DEBUG=False CELERY_BROKER_URL="${CELERY_BROKER_URL:+${CELERY_BROKER_URL%/*}/7}" ' +
  "python -m pytest -q -p no:cacheprovider --color=no";

/** What somebody who has got in would try first. */
const TRIES = `
import os, pathlib
for name, attempt in {
    "write /": lambda: pathlib.Path("/x").touch(),
    "write source": lambda: pathlib.Path("/srv/app/x").touch(),
    "write venv": lambda: pathlib.Path("/opt/venv/x").touch(),
    "become root": lambda: os.setuid(0),
    "own a file of root": lambda: os.chown("/etc/passwd", 1000, 1000),
}.items():
    try:
        attempt()
        print(name, "worked")
    except OSError as error:
        print(name, os.strerror(error.errno))
`;
const REFUSED = [
  "write / Read-only file system",
  "write source Read-only file system",
  "write venv Read-only file system",
  "become root Operation not permitted",
  "own a file of root Read-only file system",
];

const CONNECT = `
import socket, sys
socket.create_connection((sys.argv[1], 5432), timeout=2)
print("connected")
`;
