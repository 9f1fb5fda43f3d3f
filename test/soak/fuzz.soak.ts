import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import Docker from "dockerode";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readJson } from "../../ops/stack/files";
import type { Service } from "../../ops/stack/health";
import { Project } from "../e2e/project";
import { buildFuzzImage, fillTestData, fuzz, told, type Report } from "./fuzz";

const REQUESTS = 2000;
const PAGES = 300;
const SERVICES = 6;
/** FUZZ_SEED repeats a run; without it each has its own. */
const SEED = Number(process.env["FUZZ_SEED"] ?? randomInt(2 ** 31));
const DONE = path.resolve(".fleet/fuzz");

type Done = Report & { seed: number; image: string };

/**
 * Every API as its production image ships it, against real datastores, DEBUG on and off. What was done with the same
 * image is not done again: a run that was cut off goes on where it stopped (`rm -r .fleet/fuzz` begins anew).
 */
describe("no request gives 500", () => {
  const project = new Project("fuzz", { portOffset: "23000", mariadb: "true", hotReload: "true" });
  const docker = new Docker();
  let webs: (Service & { port: number })[] = [];

  before(async () => {
    mkdirSync(DONE, { recursive: true });
    await buildFuzzImage(docker);
    await project.init();
    await project.mustUp();
    const services = JSON.parse((await project.pulumi("stack", "output", "services", "--json")).output) as Service[];
    const found = services.filter(({ kind }) => kind === "web");
    for (const { container } of found) await fillTestData({ docker, container });
    await project.config("hotReload", "false");
    await project.mustUp();
    webs = await Promise.all(
      found.map(async (service) => {
        const { Config } = await project.container(service.container);
        return { ...service, port: Number(/^PORT=(\d+)$/m.exec(Config.Env.join("\n"))?.[1]) };
      }),
    );
    assert.equal(webs.length, SERVICES);
  });
  after(() => project.remove());

  for (let number = 0; number < SERVICES; number++)
    for (const debug of [true, false])
      it(`of service ${number + 1} of ${SERVICES}, DEBUG ${debug ? "on" : "off"}`, async () => {
        const { container, port } = webs[number]!;
        const { Image: image } = await project.container(container);
        const file = path.join(DONE, `${container}-${debug ? "debug" : "plain"}.json`);
        const before = readJson<Done>(file);
        const began = Date.now();
        const report =
          before?.image === image && before.requests >= REQUESTS
            ? before
            : await fuzz({ docker, container, port, debug, seed: SEED, requests: REQUESTS, pages: PAGES });
        const seed = report === before ? before.seed : SEED;
        const statuses = Object.entries(report.statuses).map(([status, times]) => `${status}: ${times}`);
        process.stdout.write(
          `      ${container}, seed ${seed}: ${report.requests} requests in ${Math.round((Date.now() - began) / 1000)} s; ${statuses.join(", ")}\n`,
        );
        assert.deepEqual(Object.keys(report.failures), [], `seed ${seed}\n${told(report)}`);
        assert.ok(report.requests >= REQUESTS + PAGES, `${report.requests} requests`);
        writeFileSync(file, JSON.stringify({ ...report, seed, image } satisfies Done));
      });
});
