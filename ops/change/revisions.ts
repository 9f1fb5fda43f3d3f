import { setTimeout as sleep } from "node:timers/promises";
import { accessToken } from "../../rehearsal/access-token";
import type { Place } from "../rehearsal/place";

type Traffic = { type: string; percent: number; revision?: string };
type Deployed = { name: string; template: object; trafficStatuses?: Traffic[]; latestReadyRevision?: string };
type Operation = { name: string; done?: boolean; error?: { message: string } };

/** What serves and works in Cloud Run: for each service its revision, for each pool its template too. */
export type Serving = { services: Deployed[]; pools: Deployed[] };

const PAUSE_MS = 200;

const asking = ({ port, folder }: Place) => {
  const authorization = `Bearer ${accessToken(folder)}`;
  return async <T>(method: "GET" | "PATCH", path: string, body?: object): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/run/v2/${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
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
      idIn(name),
      trafficStatuses.map(({ revision }) => revision).join(" "),
    ]),
    ...pools.map(({ name, latestReadyRevision = "" }): Named => [idIn(name), idIn(latestReadyRevision)]),
  ]);

/** Gives the traffic back to the revisions that served, and the pools their templates: the code of before, on what is there. */
export const goBack = async (place: Place, before: Serving): Promise<void> => {
  const ask = asking(place);
  const now = await servingNow(place);
  const [is, was] = [revisionsOf(now), revisionsOf(before)];
  const differs = ({ name }: Deployed): boolean => is[idIn(name)] !== was[idIn(name)];
  const started = [
    ...before.services.filter(differs).map(({ name }) => {
      const traffic = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: was[idIn(name)], percent: 100 }];
      return ask<Operation>("PATCH", `${name}?updateMask=traffic`, { traffic });
    }),
    ...before.pools.filter(differs).map(({ name, template }) => {
      const { revision: _, ...rest } = template as { revision?: string };
      return ask<Operation>("PATCH", `${name}?updateMask=template`, { template: rest });
    }),
  ];
  for (let operation of await Promise.all(started)) {
    for (; !operation.done; operation = await ask("GET", operation.name)) await sleep(PAUSE_MS);
    if (operation.error) throw new Error(operation.error.message);
  }
};

const idIn = (name: string): string => name.replace(/^.*\//, "");
