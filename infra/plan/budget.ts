import type { Problem } from "../problems";
import type { CloudPlan, PlannedDatastore, PlannedService } from "./plan";
import { serversOf } from "./servers";
import type { PlannedServing } from "./serving";

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

/** How many connections a service may hold to a database server. */
export const demandOf = (service: PlannedService): Demand => {
  const { id, kind } = service;
  switch (kind) {
    case "web":
      return webDemand({ id, instances: service.scaling.max, ...service.serving });
    case "worker":
    case "scheduler":
      return backgroundDemand(id);
    case "job":
      return jobDemand(id);
  }
};

/** Instances x processes x the connections that each process holds at most, during a rollout twice. */
export const webDemand = ({
  id,
  instances,
  processes,
  connections,
}: {
  id: string;
  instances: number;
} & Pick<PlannedServing, "processes" | "connections">): Demand => ({
  id,
  connections: instances * processes * connections * OVERLAP,
  formula: `${instances} instances x ${processes} workers x ${connections} x ${OVERLAP}`,
});

/** A worker or scheduler, during a rollout twice. */
export const backgroundDemand = (id: string): Demand => ({
  id,
  connections: BACKGROUND_CONNECTIONS * OVERLAP,
  formula: `${BACKGROUND_CONNECTIONS} x ${OVERLAP}`,
});

/** A job works in one process, one after the other. */
export const jobDemand = (id: string): Demand => ({ id, connections: 1, formula: "1" });

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
          cure: `./fleet pulumi config set fleet:databaseConnections ${bearable} --stack ${stack}, or a larger fleet:databaseTier`,
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
      cure: `fewer instances (./fleet pulumi config set fleet:maxInstances 2 --stack ${plan.stack}), more connections (fleet:databaseConnections ${Math.min(1000, wanted)}, with a fleet:databaseTier that bears them), or fleet:sql perSystem`,
    },
  ];
};
