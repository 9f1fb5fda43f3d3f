import type { Problem } from "../problems";
import type { CloudPlan, PlannedDatastore, PlannedService } from "./plan";
import { serversOf } from "./servers";

/** What Cloud SQL keeps for itself: superuser_reserved_connections (3) and its own agents. */
export const RESERVED = 10;
/** A revision that comes and the one that goes run side by side for a while. */
const OVERLAP = 2;
/** A background process and the child that it works in. */
const BACKGROUND_CONNECTIONS = 2;

/** Where a connection costs a server memory (about 10 MiB each while it works), a tier bears so many at most. */
const MIB_PER_CONNECTION = 10;

/** One part's share of the connections to a server, at its worst. */
export type Demand = { id: string; connections: number; formula: string };

/**
 * How many connections a service may hold to a database server: of a web service instances x gunicorn's workers x what
 * each keeps (its pool, or one a thread), during a rollout twice.
 */
export const demandOf = (service: PlannedService): Demand => {
  const { id, kind, env } = service;
  const number = (name: string, otherwise: number): number => Number(env[name] ?? otherwise);
  switch (kind) {
    case "web": {
      const { max } = service.scaling;
      const workers = number("GUNICORN_WORKERS", 2);
      const each = number("DATABASE_POOL_SIZE", number("GUNICORN_THREADS", 4));
      return {
        id,
        connections: max * workers * each * OVERLAP,
        formula: `${max} instances x ${workers} workers x ${each} x ${OVERLAP}`,
      };
    }
    case "worker":
    case "scheduler":
      return { id, connections: BACKGROUND_CONNECTIONS * OVERLAP, formula: `${BACKGROUND_CONNECTIONS} x ${OVERLAP}` };
    case "job":
      return { id, connections: 1, formula: "1" };
  }
};

/** The memory of a tier in MiB. */
export const tierMemory = (tier: string): number => {
  if (tier === "db-f1-micro") return 614;
  if (tier === "db-g1-small") return 1740;
  return Number(tier.split("-").at(-1));
};

/** Servers that would be asked for more connections than they take, or take more than they bear. */
export const budgetProblems = (plan: CloudPlan): Problem[] => {
  const { cloud, stack } = plan;
  const bearable = Math.floor(tierMemory(cloud.databaseTier) / MIB_PER_CONNECTION);
  const overloaded = serversOf(plan).flatMap(({ id, datastores }) => serverProblems({ plan, id, datastores }));
  return cloud.databaseConnections <= bearable
    ? overloaded
    : [
        {
          path: "fleet:databaseConnections",
          message: `${cloud.databaseConnections} connections need ${MIB_PER_CONNECTION} MiB each, and ${cloud.databaseTier} bears ${bearable}`,
          cure: `pulumi config set fleet:databaseConnections ${bearable} -s ${stack}, or a larger fleet:databaseTier`,
        },
        ...overloaded,
      ];
};

const serverProblems = ({
  plan,
  id,
  datastores,
}: {
  plan: CloudPlan;
  id: string;
  datastores: readonly PlannedDatastore[];
}): Problem[] => {
  const ids = datastores.map((datastore) => datastore.id);
  const demands = [...plan.services.values()]
    .filter(({ needs }) => needs.some((need) => ids.includes(need)))
    .map(demandOf);
  const wanted = demands.reduce((sum, { connections }) => sum + connections, RESERVED);
  const { databaseConnections } = plan.cloud;
  if (wanted <= databaseConnections) return [];
  const lines = demands.map(({ id: part, connections, formula }) => `${part} ${connections} (${formula})`);
  return [
    {
      path: `database server ${id}`,
      message: `${wanted} connections could be wanted at once, and it takes ${databaseConnections}: ${[...lines, `reserved ${RESERVED}`].join(", ")}`,
      cure: `fewer instances (pulumi config set fleet:maxInstances 2 -s ${plan.stack}), more connections (fleet:databaseConnections ${Math.min(1000, wanted)}, with a fleet:databaseTier that bears them), or fleet:sql perSystem`,
    },
  ];
};
