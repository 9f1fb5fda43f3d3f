import { LATEST, REVISION, type Target } from "../../infra/plan/roll-out";
import { askerOf } from "../../infra/targets/gcp/google";
import { runDone, type RunOperation } from "../../infra/targets/gcp/operations";

type Access = { accessToken: string | undefined; env: NodeJS.ProcessEnv; pauseMs: number };

/** What Cloud Run says of a service: what was asked for (`traffic`), and what is so (`trafficStatuses`). */
type Service = {
  uri: string;
  latestReadyRevision?: string;
  latestCreatedRevision?: string;
  traffic?: Partial<Target>[];
  trafficStatuses?: (Partial<Target> & { uri?: string })[];
};

/** A service as a roll-out sees it. Revisions are the last parts of their names. */
export type Deployed = {
  uri: string;
  traffic: readonly Partial<Target>[];
  /** The revision that is known to be good: the one that is kept or, without one, the one that serves. */
  stable: string | undefined;
  /** The newest revision that is ready, and the newest that was made. */
  ready: string | undefined;
  created: string | undefined;
  /** The addresses of tags. */
  tags: Readonly<Record<string, string>>;
};

export type CloudRun = {
  /** @param service "projects/p/locations/l/services/s" */
  look: (service: string) => Promise<Deployed>;
  /** Gives all traffic to one revision, and resolves once it is so. */
  giveAll: (service: string, revision: string) => Promise<void>;
  /** Whether a revision is there and was ready. */
  isThere: (service: string, revision: string) => Promise<boolean>;
};

/** Cloud Run, as far as a roll-out asks it. */
export const connectCloudRun = (access: Access): CloudRun => {
  const base = access.env["GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT"] ?? "https://run.googleapis.com/v2/";
  const ask = askerOf({ ...access, base });
  return {
    look: async (service) => deployedOf(await ask<Service>("GET", service)),
    giveAll: async (service, revision) => {
      const traffic = [{ type: REVISION, revision, percent: 100 }];
      const operation = await ask<RunOperation>("PATCH", `${service}?updateMask=traffic`, { traffic });
      await runDone({ operation, ask, pauseMs: access.pauseMs });
    },
    isThere: async (service, revision) => {
      const { conditions = [] } = await ask<{ conditions?: { type: string; state: string }[] }>(
        "GET",
        `${service}/revisions/${revision}`,
      );
      return conditions.some(({ type, state }) => type === "Ready" && state === "CONDITION_SUCCEEDED");
    },
  };
};

export const deployedOf = (service: Service): Deployed => {
  const { uri, traffic = [], trafficStatuses = [] } = service;
  const kept = traffic.find(({ type }) => type === REVISION)?.revision;
  // Without traffic of its own, whatever is the newest that was ready serves.
  const serving = trafficStatuses.find(({ percent = 0 }) => percent > 0);
  const served = serving?.revision ?? (serving?.type === LATEST ? service.latestReadyRevision : undefined);
  return {
    uri,
    traffic,
    stable: lastOf(kept ?? served),
    ready: lastOf(service.latestReadyRevision),
    created: lastOf(service.latestCreatedRevision),
    tags: Object.fromEntries(trafficStatuses.flatMap(({ tag, uri: at }) => (tag && at ? [[tag, at]] : []))),
  };
};

const lastOf = (name: string | undefined): string | undefined => name?.split("/").pop();
