import { inDocker } from "../../demo/token";
import type { Session } from "../../ops/start/set-up";
import { ASKS_THE_DATABASE } from "../e2e/routes";
import { progress } from "./measure";
import {
  startInstance,
  stopServices,
  THROUGH_THE_FRONT_END,
  webServices,
  type Route,
  type WebService,
} from "./instance";
import type { Result } from "./table";

/** From a container's start to its first 200 on a route that uses the database, at 1 CPU and 512 MiB, without migrations. */
export const measureBoot = async ({ session, runs }: { session: Session; runs: number }): Promise<Result[]> => {
  const services = await webServices(session);
  const routes = new Map(
    await Promise.all(services.map(async (service) => [service, await routeOf({ session, service })] as const)),
  );
  await stopServices(session);
  const results: Result[] = [];
  for (const [service, route] of routes) {
    const floor = { ...service, name: `${service.name}, Python alone` };
    const samples = { ours: [] as number[], theirs: [] as number[] };
    // The first round fills caches.
    for (let run = 0; run <= runs; run++) {
      const theirs = await secondsOf({
        session,
        service: floor,
        route: { path: "/" },
        command: NOTHING,
        entrypoint: [],
      });
      const ours = await secondsOf({ session, service, route });
      if (run > 0) {
        samples.ours.push(ours);
        samples.theirs.push(theirs);
      }
    }
    results.push({
      name: `${service.name} first 200`,
      against: "python -m http.server",
      ...samples,
      aim: "up to 1.0 s",
    });
  }
  return results;
};

/** The least that a Python server in that container takes, Docker's own time included. */
const NOTHING = ["sh", "-c", "exec python -m http.server --directory /tmp $PORT"];

const routeOf = async ({ session, service }: { session: Session; service: WebService }): Promise<Route> => {
  const path = ASKS_THE_DATABASE[service.image];
  if (!path) throw new Error(`${service.image}: boot.ts names no route of it`);
  if (service.image !== "callcenter") return { path, headers: THROUGH_THE_FRONT_END };
  // Here nothing is shown without a token.
  const token = await inDocker(session.docker).tokenOf({ container: service.container.Id });
  return { path, headers: { ...THROUGH_THE_FRONT_END, authorization: `Token ${token}` } };
};

const secondsOf = async ({
  session,
  ...of
}: { session: Session } & Omit<Parameters<typeof startInstance>[0], "docker">): Promise<number> => {
  const { instance, seconds } = await startInstance({ docker: session.docker, ...of });
  await instance.remove();
  progress(`boot: ${of.service.name} ${seconds.toFixed(2)} s`);
  return seconds;
};
