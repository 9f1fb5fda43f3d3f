import { askerOf } from "../../infra/targets/gcp/google";
import { runDone, type RunOperation } from "../../infra/targets/gcp/operations";
import { accessToken } from "../../rehearsal/access-token";
import { lastOf } from "../../rehearsal/names";
import type { Place } from "../rehearsal/place";

type Traffic = { type: string; percent: number; revision?: string };
type Deployed = { name: string; template: object; trafficStatuses?: Traffic[]; latestReadyRevision?: string };

/** What serves and works in Cloud Run: for each service its revision, for each pool its template too. */
export type Serving = { services: Deployed[]; pools: Deployed[] };

const PAUSE_MS = 200;
/** How long an operation of a rehearsed cloud may take, in milliseconds. */
export const PATIENCE_MS = 300_000;

const asking = ({ port, folder }: Place) => {
  const base = `http://127.0.0.1:${port}/run/v2/`;
  return askerOf({ base, accessToken: accessToken(folder), env: {}, pauseMs: PAUSE_MS });
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
      return ask<RunOperation>("PATCH", `${name}?updateMask=traffic`, { traffic });
    }),
    ...before.pools.filter(differs).map(({ name, template }) => {
      const { revision: _, ...rest } = template as { revision?: string };
      return ask<RunOperation>("PATCH", `${name}?updateMask=template`, { template: rest });
    }),
  ];
  for (const operation of await Promise.all(started))
    await runDone({ operation, ask, pauseMs: PAUSE_MS, patienceMs: PATIENCE_MS });
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
