import { own } from "../../own";

/** The size of a machine type: https://cloud.google.com/sql/docs/postgres/instance-settings; memory in MiB. */
export type Tier = { cpus: number; memoryMb: number; maxConnections: number };

const SHARED: Record<string, Tier> = {
  "db-f1-micro": { cpus: 1, memoryMb: 614, maxConnections: 25 },
  "db-g1-small": { cpus: 1, memoryMb: 1740, maxConnections: 50 },
};

/** The size of a tier; undefined where the edition does not have it. */
export const tierOf = (tier: string, edition: string): Tier | undefined => {
  if (edition === "ENTERPRISE_PLUS") {
    const [, cpus] = /^db-perf-optimized-N-(\d+)$/.exec(tier) ?? [];
    return cpus ? custom(Number(cpus), Number(cpus) * 8192) : undefined;
  }
  const [, cpus, memory] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
  return cpus ? custom(Number(cpus), Number(memory)) : own(SHARED, tier);
};

/** https://cloud.google.com/sql/docs/postgres/flags#postgres-m: what max_connections is when nobody sets it. */
const CONNECTIONS: [gib: number, connections: number][] = [
  [120, 1000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [6, 200],
  [3.75, 100],
];

const custom = (cpus: number, memoryMb: number): Tier => ({
  cpus,
  memoryMb,
  maxConnections: CONNECTIONS.find(([gib]) => memoryMb >= gib * 1024)?.[1] ?? 50,
});
