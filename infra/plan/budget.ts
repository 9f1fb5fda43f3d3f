import { when, type Problem } from "../problems";
import type { CloudPlan, PlannedService } from "./plan";
import { serversOf, type Server } from "./servers";
import type { PlannedServing } from "./serving";

/** The connections that Cloud SQL keeps for itself: superuser_reserved_connections (3) and its own agents. */
export const RESERVED = 10;
/** During a rollout the new revision and the old one run side by side. */
const OVERLAP = 2;
/** A background process and the child that it works in. */
const BACKGROUND_CONNECTIONS = 2;

/** The memory that a connection costs its server while it works, in MiB. */
const MIB_PER_CONNECTION = 10;

/** One part's share of the connections to a server, at its worst. */
export type Demand = { id: string; connections: number; formula: string };

/** How many connections a service may hold to a database server. */
export const demandOf = (service: PlannedService): Demand => {
  const { id, kind } = service;
  if (kind === "web") return webDemand({ id, instances: service.scaling.max, ...service.serving });
  return kind === "job" ? jobDemand(id) : backgroundDemand(id);
};

type WebDemand = { id: string; instances: number } & Pick<PlannedServing, "processes" | "connections">;

/** Instances x processes x the connections that each process holds at most, during a rollout twice. */
export const webDemand = ({ id, instances, processes, connections }: WebDemand): Demand => ({
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

/** A job works in one process with one connection. */
export const jobDemand = (id: string): Demand => ({ id, connections: 1, formula: "1" });

/** The memory of a tier in MiB. */
const tierMemory = (tier: string): number => {
  if (tier === "db-f1-micro") return 614;
  if (tier === "db-g1-small") return 1740;
  return Number(tier.split("-").at(-1));
};

/** Servers that would be asked for more connections than they take, or take more than their memory bears. */
export const budgetProblems = (plan: CloudPlan): Problem[] => {
  const { cloud, stack } = plan;
  const bearable = Math.floor(tierMemory(cloud.databaseTier) / MIB_PER_CONNECTION);
  return [
    ...when(cloud.databaseConnections > bearable, {
      path: "fleet:databaseConnections",
      message: `${cloud.databaseConnections} connections need ${MIB_PER_CONNECTION} MiB each, and ${cloud.databaseTier} bears ${bearable}`,
      cure: `./fleet pulumi config set fleet:databaseConnections ${bearable} --stack ${stack}, or a larger fleet:databaseTier`,
    }),
    ...serversOf(plan).flatMap((server) => serverProblems(plan, server)),
  ];
};

const serverProblems = ({ services, cloud, stack }: CloudPlan, { id, datastores }: Server): Problem[] => {
  const demands = [...services.values()]
    .filter(({ needs }) => datastores.some((datastore) => needs.includes(datastore.id)))
    .map(demandOf);
  const wanted = demands.reduce((sum, { connections }) => sum + connections, RESERVED);
  const most = cloud.databaseConnections;
  const lines = demands.map(({ id: part, connections, formula }) => `${part} ${connections} (${formula})`);
  return when(wanted > most, {
    path: `database server ${id}`,
    message: `${wanted} connections could be wanted at once, and it takes ${most}: ${[...lines, `reserved ${RESERVED}`].join(", ")}`,
    cure: `fewer instances (./fleet pulumi config set fleet:maxInstances 2 --stack ${stack}), more connections (fleet:databaseConnections ${Math.min(1000, wanted)}, with a fleet:databaseTier that bears them), or fleet:sql perSystem`,
  });
};
