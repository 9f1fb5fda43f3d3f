import { when, type Problem } from "../problems";
import { isPostgres, type CloudPlan, type PlannedService } from "./plan";
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

/** How many connections a service may hold to a database server. Django pools those to Postgres alone. */
export const demandOf = (service: PlannedService, { datastores: [first] }: Server): Demand => {
  const { id, kind } = service;
  if (kind === "job" || kind === "scheduled") return jobDemand(id);
  if (kind !== "web") return backgroundDemand(service);
  const { processes, threads, connections } = service.serving;
  return webDemand({
    ...{ id, processes, instances: service.scaling.max },
    connections: isPostgres(first) ? connections : threads,
  });
};

type WebDemand = { id: string; instances: number } & Pick<PlannedServing, "processes" | "connections">;

/** Instances x processes x the connections that each process holds at most, during a rollout twice. */
export const webDemand = ({ id, instances, processes, connections }: WebDemand): Demand => ({
  id,
  connections: instances * processes * connections * OVERLAP,
  formula: `${instances} instances x ${processes} workers x ${connections} x ${OVERLAP}`,
});

/** A worker or scheduler, during a rollout twice. */
export const backgroundDemand = ({ id, instances }: { id: string; instances: number }): Demand => ({
  id,
  connections: instances * BACKGROUND_CONNECTIONS * OVERLAP,
  formula: `${instances} x ${BACKGROUND_CONNECTIONS} x ${OVERLAP}`,
});

/** A job works in one process with one connection. */
export const jobDemand = (id: string): Demand => ({ id, connections: 1, formula: "1" });

/** What all of them may want of a server at once, with what it keeps back. */
export const sumOf = (demands: readonly Demand[]): number =>
  demands.reduce((sum, { connections }) => sum + connections, RESERVED);

/** A server's machine type, and the connections that it takes (`max_connections`). */
export type Size = { tier: string; connections: number };

/** The machine types that are chosen from, each twice the one before; a smaller one is only taken where the stack says so. */
const TIERS = ["db-g1-small", "db-custom-1-3840", "db-custom-2-7680", "db-custom-4-15360"] as const;
/** The connections that are chosen from. The first is the figure that stacks were made with before it was chosen. */
const STEPS = [100, 350, 700, 1000] as const;
const MOST = 1000;

/** The size that the stack's settings give a server; where they are silent, the smallest that its services fit in. */
export const sizeOf = (plan: CloudPlan, server: Server): Size => {
  const { databaseTier, databaseConnections } = plan.cloud;
  const wanted = wantedOf(plan, server).connections;
  const connections = databaseConnections || (STEPS.find((step) => step >= wanted) ?? MOST);
  return { connections, tier: databaseTier ?? TIERS.find((tier) => bearable(tier) >= connections) ?? TIERS[3] };
};

/** The connections that so many stacks like this one may want of a server that they share. */
export const connectionsOfAll = ({
  plan,
  server,
  stacks,
}: {
  plan: CloudPlan;
  server: Server;
  stacks: number;
}): number => Math.min(MOST, Math.max(STEPS[0], (wantedOf(plan, server).connections - RESERVED) * stacks + RESERVED));

/** The connections that a tier's memory bears. */
const bearable = (tier: string): number => Math.floor(tierMemory(tier) / MIB_PER_CONNECTION);

/** The memory of a tier in MiB. */
const tierMemory = (tier: string): number => {
  if (tier === "db-f1-micro") return 614;
  if (tier === "db-g1-small") return 1740;
  return Number(tier.split("-").at(-1));
};

type Wanted = { connections: number; demands: readonly Demand[] };

const wantedOf = ({ services }: CloudPlan, server: Server): Wanted => {
  const demands = [...services.values()]
    .filter(({ needs }) => server.datastores.some((datastore) => needs.includes(datastore.id)))
    .map((service) => demandOf(service, server));
  return { demands, connections: sumOf(demands) };
};

/** Servers that would be asked for more connections than they take, or take more than their memory bears. */
export const budgetProblems = (plan: CloudPlan): Problem[] => {
  const servers = serversOf(plan);
  const small = servers.map((server) => sizeOf(plan, server)).find((size) => size.connections > bearable(size.tier));
  return [
    ...(small === undefined ? [] : [tierProblem(plan, small)]),
    ...servers.flatMap((server) => serverProblems(plan, server)),
  ];
};

const tierProblem = ({ stack }: CloudPlan, { tier, connections }: Size): Problem => ({
  path: "fleet:databaseConnections",
  message: `${connections} connections need ${MIB_PER_CONNECTION} MiB each, and ${tier} bears ${bearable(tier)}`,
  cure: `./fleet pulumi config set fleet:databaseConnections ${bearable(tier)} --stack ${stack}, or a larger fleet:databaseTier`,
});

const serverProblems = (plan: CloudPlan, server: Server): Problem[] => {
  const { connections: wanted, demands } = wantedOf(plan, server);
  const { connections: most } = sizeOf(plan, server);
  const lines = demands.map(({ id: part, connections, formula }) => `${part} ${connections} (${formula})`);
  return when(wanted > most, {
    path: `database server ${server.id}`,
    message: `${wanted} connections could be wanted at once, and it takes ${most}: ${[...lines, `reserved ${RESERVED}`].join(", ")}`,
    cure: `fewer instances (./fleet pulumi config set fleet:maxInstances 2 --stack ${plan.stack}), more connections (fleet:databaseConnections ${Math.min(MOST, wanted)}, with a fleet:databaseTier that bears them), or fleet:sql perSystem`,
  });
};
