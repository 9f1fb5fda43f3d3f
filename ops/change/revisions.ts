import { until } from "../../docker/wait";
import { authorized } from "../../rehearsal/access-token";
import { lastOf } from "../../rehearsal/names";
import type { Place } from "../rehearsal/place";

type Traffic = { type: string; percent: number; revision?: string };
type Deployed = { name: string; template: object; trafficStatuses?: Traffic[]; latestReadyRevision?: string };
type Operation = { name: string; done?: boolean; error?: { message: string } };

/** What serves and works in Cloud Run: for each service its revision, for each pool its template too. */
export type Serving = { services: Deployed[]; pools: Deployed[] };

const PAUSE_MS = 200;
const PATIENCE_MS = 300_000;

const asking = ({ port, folder }: Place) => {
  return async <T>(method: "GET" | "PATCH", path: string, body?: object): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/run/v2/${path}`, {
      method,
      headers: { ...authorized(folder), "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
};

export const servingNow = async (place: Place): Promise<Serving> => {
  const ask = asking(place);
  const at = `projects/${place.project}/locations/${place.region}`;
  const { services = [] } = await ask<{ services?: Deployed[] }>("GET", `${at}/services?pageSize=1000`);
  const { workerPools: pools = [] } = await ask<{ workerPools?: Deployed[] }>("GET", `${at}/workerPools?pageSize=1000`);
  return { services, pools };
};

type Named = [name: string, revision: string];

/** The revision of each service and pool, by the last part of its name. */
export const revisionsOf = ({ services, pools }: Serving): Record<string, string> =>
  Object.fromEntries([
    ...services.map(({ name, trafficStatuses = [] }): Named => [
      lastOf(name),
      trafficStatuses.map(({ revision }) => revision).join(" "),
    ]),
    ...pools.map(({ name, latestReadyRevision = "" }): Named => [lastOf(name), lastOf(latestReadyRevision)]),
  ]);

/**
 * Gives the traffic back to the revisions that served, and the pools their templates: the code of before, on what is there.
 * @throws Error where one is gone, or does not become ready again
 */
export const goBack = async (place: Place, before: Serving): Promise<void> => {
  const ask = asking(place);
  const now = await servingNow(place);
  const [is, was] = [revisionsOf(now), revisionsOf(before)];
  const differs = ({ name }: Deployed): boolean => is[lastOf(name)] !== was[lastOf(name)];
  const started = [
    ...before.services.filter(differs).map(({ name }) => {
      const traffic = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: was[lastOf(name)], percent: 100 }];
      return ask<Operation>("PATCH", `${name}?updateMask=traffic`, { traffic });
    }),
    ...before.pools.filter(differs).map(({ name, template }) => {
      const { revision: _, ...rest } = template as { revision?: string };
      return ask<Operation>("PATCH", `${name}?updateMask=template`, { template: rest });
    }),
  ];
  for (const { name } of await Promise.all(started)) {
    const operation = await until({
      ask: () => ask<Operation>("GET", name),
      ends: ({ done }) => done === true,
      ...{ everyMs: PAUSE_MS, patienceMs: PATIENCE_MS },
    });
    if (operation.error) throw new Error(operation.error.message);
    if (!operation.done) throw new Error(`${name} was not done after ${PATIENCE_MS / 1000} s`);
  }
};

/** The revisions that were rolled: of a service or pool, from and to. */
export const rolledBetween = (before: Serving, after: Serving): Record<string, { from: string; to: string }> => {
  const [was, is] = [revisionsOf(before), revisionsOf(after)];
  return Object.fromEntries(
    Object.entries(was).flatMap(([name, from]) => {
      const to = is[name];
      return to === undefined || to === from ? [] : [[name, { from, to }]];
    }),
  );
};
