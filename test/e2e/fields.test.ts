import { expect } from "chai";
import type Docker from "dockerode";
import { Project } from "./project";

type Inspected = Docker.ContainerInspectInfo;
const SECOND = 1_000_000_000;

/** Every field of the catalogue that reaches a container: an edit of it, and where `docker inspect` then shows it. */
const edits: [
  field: string,
  from: string,
  to: string,
  container: string,
  see: (c: Inspected) => unknown,
  expected: unknown,
][] = [
  [
    "service description",
    'description: "Leads API"',
    'description: "Edited"',
    "web",
    (c) => c.Config.Labels["com.leads.description"],
    "Edited",
  ],
  [
    "service env",
    'REDIS_URL: redisUrl("redis", 0)',
    'REDIS_URL: redisUrl("redis", 3), EDITED: "yes"',
    "web",
    (c) => c.Config.Env.map((entry: string) => entry.replace(/:[^:@/]+@/, ":<password>@")),
    ["EDITED=yes", "REDIS_URL=redis://:<password>@redis:6379/3"],
  ],
  ["service port", "port: 8080", "port: 8181", "web", (c) => c.Config.Env, ["PORT=8181"]],
  [
    "service host port",
    "hostPort: 8086",
    "hostPort: 8186",
    "web",
    (c) => c.HostConfig.PortBindings,
    { "8181/tcp": [{ HostIp: "127.0.0.1", HostPort: "29186" }] },
  ],
  [
    "service CPU",
    "hostPort: 8186",
    'hostPort: 8186, limits: { cpu: 0.75, memory: "300Mi" }',
    "web",
    (c) => c.HostConfig.NanoCpus,
    0.75 * SECOND,
  ],
  ["service memory", "", "", "web", (c) => [c.HostConfig.Memory, c.HostConfig.MemorySwap], [300 << 20, 300 << 20]],
  [
    "service reservation",
    "hostPort: 8186",
    'hostPort: 8186, reserves: { cpu: 0.25, memory: "128Mi" }',
    "web",
    (c) => [c.HostConfig.CpuShares, c.HostConfig.MemoryReservation],
    [256, 128 << 20],
  ],
  [
    "command of a web service",
    "hostPort: 8186",
    'hostPort: 8186, command: ["gunicorn", "-c", "python:chassis.gunicorn_conf", "--backlog", "64", "config.wsgi"]',
    "web",
    (c) => c.Config.Cmd,
    ["gunicorn", "-c", "python:chassis.gunicorn_conf", "--backlog", "64", "config.wsgi"],
  ],
  [
    "processes",
    "hostPort: 8186",
    "hostPort: 8186, serving: { processes: 1, concurrency: 3 }",
    "web",
    (c) => c.Config.Env,
    ["GUNICORN_WORKERS=1", "GUNICORN_THREADS=3"],
  ],
  [
    "health path",
    "hostPort: 8186",
    'hostPort: 8186, healthPath: "/health/"',
    "web",
    (c) => c.Config.Healthcheck?.Test,
    ["CMD", "python", "-m", "chassis.healthcheck", "/health/"],
  ],
  [
    "health check of a service",
    "hostPort: 8186",
    'hostPort: 8186, healthCheck: { interval: "3s", timeout: "4s", retries: 7, startPeriod: "33s" }',
    "web",
    (c) => c.Config.Healthcheck,
    { Interval: 3 * SECOND, Timeout: 4 * SECOND, Retries: 7, StartPeriod: 33 * SECOND },
  ],
  [
    "command of a job",
    "migrate: migrate(),",
    'migrate: { ...migrate(), command: ["python", "manage.py", "migrate", "--noinput", "-v", "2"] },',
    "migrate",
    (c) => c.Config.Cmd,
    ["python", "manage.py", "migrate", "--noinput", "-v", "2"],
  ],
  [
    "datastore description",
    'description: "Leads database"',
    'description: "Edited too"',
    "postgres",
    (c) => c.Config.Labels["com.leads.description"],
    "Edited too",
  ],
  [
    "datastore host port",
    "hostPort: 5436",
    "hostPort: 5437",
    "postgres",
    (c) => c.HostConfig.PortBindings,
    { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: "26437" }] },
  ],
  [
    "datastore health check",
    '{ interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" }',
    '{ interval: "2s", timeout: "3s", retries: 4, startPeriod: "11s" }',
    "postgres",
    (c) => c.Config.Healthcheck,
    { Interval: 2 * SECOND, Timeout: 3 * SECOND, Retries: 4, StartPeriod: 11 * SECOND },
  ],
  [
    "datastore limits",
    "redis: redis({",
    'redis: redis({ limits: { cpu: 0.25, memory: "200Mi" },',
    "redis",
    (c) => [c.HostConfig.NanoCpus, c.HostConfig.Memory],
    [0.25 * SECOND, 200 << 20],
  ],
  [
    "offered network",
    'offersNetwork: "service_network"',
    'offersNetwork: "open_network"',
    "web",
    (c) => Object.keys(c.NetworkSettings.Networks).sort(),
    ["leads_fields_network", "leads_fields_open_network"],
  ],
  [
    "joined network",
    'title: "Leads",',
    'title: "Leads",\n  joinsNetworks: ["meeting/point"],',
    "web",
    (c) => c.NetworkSettings.Networks["meeting_fields_point"]?.Aliases,
    ["leads-front"],
  ],
  [
    "service name",
    "web: web(",
    "front: web(",
    "front",
    (c) => [c.Name, c.Config.Labels["com.leads.service"]],
    ["/leads_fields_front", "front"],
  ],
];

/** A system that is nothing but a network for others to join. */
const MEETING = 'meeting: { title: "Meeting", offersNetwork: "point", secrets: {}, datastores: {}, services: {} }';

describe("every field of the catalogue", function () {
  const project = new Project("fields", { portOffset: "21000", hotReload: "true", systems: "[leads]" });
  const psql = (sql: string) =>
    project.exec("leads_fields_postgres", "psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "leads", "-tAqc", sql);
  let server = "";
  before(async () => {
    await project.init();
    await project.mustUp();
    await psql("CREATE TABLE marker AS SELECT 'of before' AS word");
    server = (await project.container("leads_fields_postgres")).Id;
    project.edit("infra/catalogue/index.ts", "{ callcenter,", `{ ${MEETING}, callcenter,`);
    await project.config("systems[1]", "meeting");
    for (const [, from, to] of edits) if (from) project.edit("infra/catalogue/leads.ts", from, to);
    await project.mustUp();
  });
  after(() => project.remove());

  for (const [field, , , container, see, expected] of edits)
    it(`shows in docker inspect once it is edited: ${field}`, async () => {
      const shown = see(await project.container(`leads_fields_${container === "web" ? "front" : container}`));
      if (["service env", "service port", "processes"].includes(field))
        expect(shown).to.include.members(expected as unknown[]);
      else expect(shown).to.containSubset(expected);
    });

  it("leaves the rows of a database whose server it replaces", async () => {
    expect((await project.container("leads_fields_postgres")).Id).to.not.equal(server);
    expect((await psql("SELECT word FROM marker")).output.trim()).to.equal("of before");
  });

  it("is served: the service answers where it was moved to", async () => {
    expect((await fetch("http://localhost:29186/health/")).status).to.equal(200);
  });
});
