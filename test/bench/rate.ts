import autocannon from "autocannon";
import type Docker from "dockerode";
import { mkdirSync, writeFileSync } from "node:fs";
import { followed } from "../../docker/progress";
import { inFleet } from "../../ops/stack/files";
import type { Session } from "../../ops/start/set-up";
import { startInstance, stopServices, THROUGH_THE_FRONT_END, webServices, type WebService } from "./instance";
import { progress } from "./measure";
import { dockerfile, OTHERS, rotated, SHIPPED, type Server } from "./servers";
import type { Result } from "./table";

/** A route of leads that asks the database once. */
const ROUTE = { path: "/api/v1/sources/", headers: THROUGH_THE_FRONT_END };
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 2;
const SECONDS = 5;

/** Requests a second of one instance of leads at 1 CPU, served as shipped and in other ways, in turn. */
export const measureRate = async ({ session, runs }: { session: Session; runs: number }): Promise<Result[]> => {
  const service = (await webServices(session)).find(({ image }) => image === "leads");
  if (!service) throw new Error("the stack has no leads");
  const image = await buildOthers({ docker: session.docker, service });
  await stopServices(session);
  const servers = [SHIPPED, ...OTHERS];
  const samples = new Map(servers.map((server) => [server, [] as number[]]));
  for (let run = 0; run < runs; run++)
    for (const server of rotated(servers, run)) {
      const rate = await rateOf({ docker: session.docker, service, image, server });
      progress(`rate: ${run + 1}/${runs} ${server.name} ${rate.toFixed(0)} requests a second`);
      samples.get(server)?.push(rate);
    }
  return OTHERS.map((server) => ({
    name: `requests, ${SHIPPED.name}`,
    unit: "/s",
    ours: samples.get(SHIPPED) ?? [],
    against: server.name,
    theirs: samples.get(server) ?? [],
    aim: "ratio from 0.90, above 100 /s",
  }));
};

const buildOthers = async ({ docker, service }: { docker: Docker; service: WebService }): Promise<string> => {
  const tag = "fleet/bench-servers";
  const folder = inFleet("bench", "servers");
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/Dockerfile`, dockerfile(service.tag));
  const building = await docker.buildImage({ context: folder, src: ["Dockerfile"] }, { t: tag });
  await followed(docker, building);
  return tag;
};

const rateOf = async ({
  docker,
  service,
  image,
  server,
}: {
  docker: Docker;
  service: WebService;
  image: string;
  server: Server;
}): Promise<number> => {
  const { instance } = await startInstance({ docker, service, route: ROUTE, image, command: server.command });
  try {
    await load({ url: instance.url, seconds: WARM_UP_SECONDS });
    return await load({ url: instance.url, seconds: SECONDS });
  } finally {
    await instance.remove();
  }
};

/** @throws if any answer is not a 200: what fails fast would look fast. */
const load = async ({ url, seconds }: { url: string; seconds: number }): Promise<number> => {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: seconds, headers: ROUTE.headers });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0) throw new Error(`${url}: ${bad} of ${result.requests.total} requests failed`);
  return result["2xx"] / result.duration;
};
