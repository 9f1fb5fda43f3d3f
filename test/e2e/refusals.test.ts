import { expect } from "chai";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { lives, Project } from "./project";

type Wrong = { what: string; make: (project: Project) => unknown; env?: Record<string, string>; message: RegExp };

/** What the pure tests of settings and rules show one by one, here through the real command: exit code, message, nothing touched. */
const wrongs: Wrong[] = [
  {
    what: "an unknown system",
    make: (p) => p.config("systems[0]", "lead"),
    message:
      /fleet:systems: lead is not a system of the catalogue. Did you mean leads\?[^]*cure: \.\/fleet pulumi config set --path 'fleet:systems\[0\]' leads --stack wrong/,
  },
  {
    what: "an unknown setting",
    make: (p) => p.config("hotRelod", "true"),
    message: /fleet:hotRelod: is not a setting. Did you mean hotReload\?/,
  },
  { what: "a word for a switch", make: (p) => p.config("mariadb", "on"), message: /fleet:mariadb/ },
  {
    what: "an unknown secret",
    make: (p) => p.config("secrets.leads-pasword", "x"),
    message: /fleet:secrets.leads-pasword: is not a secret of the catalogue/,
  },
  { what: "an unknown target", make: (p) => p.config("target", "aws"), message: /fleet:target: .*allowed: local, gcp/ },
  {
    what: "a bad memory unit",
    make: (p) =>
      p.edit(
        "infra/catalogue/leads.ts",
        "redis: redis({",
        'redis: redis({ limits: { cpu: 1, memory: "1Gi" as "1Mi" },',
      ),
    message: /catalogue: leads.redis.limits.memory: 1Gi is not an amount of memory/,
  },
  {
    what: "a duplicate port",
    make: (p) => p.edit("infra/catalogue/leads.ts", "hostPort: 8086", "hostPort: 5436"),
    message: /catalogue: leads.web.hostPort: 5436 is already the host port of leads.postgres/,
  },
  {
    what: "a reference to nothing",
    make: (p) => p.edit("infra/catalogue/leads.ts", 'redisUrl("redis", 0)', 'redisUrl("rdis", 0)'),
    message: /catalogue: leads.web.env.REDIS_URL: there is no redis datastore rdis. Did you mean redis\?/,
  },
  {
    what: "a source that does not compile",
    make: (p) => p.edit("infra/catalogue/leads.ts", 'title: "Leads"', "title: }"),
    message: /leads.ts:\d+:\d+[^]*error\(s\) in stacks\/index.ts or what it imports, shown above; nothing was touched/,
  },
  {
    what: "a port that a process has",
    make: () => listen(30086),
    message: /leads\/web: port 30086 on 127.0.0.1 is taken by node \(process \d+\)/,
  },
  {
    what: "a missing Dockerfile",
    make: (p) => rmSync(join(p.folder, "services/Dockerfile")),
    message: /services\/Dockerfile: is missing/,
  },
  {
    what: "an engine that is not there",
    make: () => {},
    env: { DOCKER_HOST: "unix:///nowhere/docker.sock" },
    message:
      /Docker engine unix:\/\/\/nowhere\/docker.sock: no Docker engine answers \(ENOENT\)[^]*cure: start that engine .*DOCKER_HOST=unix:\/\/\/var\/run\/docker.sock \.\/fleet start/,
  },
  {
    what: "a wrong passphrase",
    make: () => {},
    env: { PULUMI_CONFIG_PASSPHRASE_FILE: "", PULUMI_CONFIG_PASSPHRASE: "wrong" },
    message: /incorrect passphrase/,
  },
];

const servers: Server[] = [];
const listen = (port: number): Promise<void> =>
  new Promise((ready) => servers.push(createServer().listen(port, "127.0.0.1", () => ready())));

describe("pulumi up with something wrong", function () {
  let project: Project;
  beforeEach(async () => {
    project = new Project("wrong", { portOffset: "22000", systems: "[leads]" });
    await project.init();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await project.remove();
  });

  for (const { what, make, env = {}, message } of wrongs)
    it(`refuses ${what}, and touches nothing`, async () => {
      await make(project);
      const { code, output } = await project.pulumiWith(env, "up", "--yes", "--skip-preview", "--non-interactive");
      expect(output).to.match(message);
      expect(code).to.not.equal(0);
      expect(output).to.not.match(/^\s+at .*\(.*:\d+:\d+\)/m);
      expect(await lives("wrong")).to.deep.equal({});
    });
});
