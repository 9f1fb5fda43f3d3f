import { own } from "../../own";

/** The size of a machine type: https://cloud.google.com/sql/docs/postgres/instance-settings; memory in MiB. */
export type Tier = { cpus: number; memoryMb: number };

const SHARED: Record<string, Tier> = {
  "db-f1-micro": { cpus: 1, memoryMb: 614 },
  "db-g1-small": { cpus: 1, memoryMb: 1740 },
};

type Told = { tier: string; memoryMb: number; isShared?: boolean };

/** MiB for each CPU. */
const SIZED: Readonly<Record<string, { mibEach: number; cpus: readonly number[] }>> = {
  "n1-standard": { mibEach: 3840, cpus: [1, 2, 4, 8, 16, 32, 64, 96] },
  "n1-highmem": { mibEach: 6656, cpus: [2, 4, 8, 16, 32, 64, 96] },
  "perf-optimized-N": { mibEach: 8192, cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128] },
};

/** The tiers that Cloud SQL tells of; of the custom ones, which can have any size, the usual ones. */
export const TIERS: readonly Told[] = [
  ...Object.entries(SHARED).map(([tier, { memoryMb }]) => ({ tier, memoryMb, isShared: true })),
  ...[1, 2, 4, 8, 16, 32, 64, 96].map((cpus) => ({ tier: `db-custom-${cpus}-${cpus * 3840}`, memoryMb: cpus * 3840 })),
  ...Object.entries(SIZED).flatMap(([type, { mibEach, cpus }]) =>
    cpus.map((count) => ({ tier: `db-${type}-${count}`, memoryMb: count * mibEach })),
  ),
];

type Wanted = {
  tier: string;
  edition: string;
  /** Machine types of the engine's own, with the MiB of each CPU. */
  machineTypes: Record<string, number>;
};

/** The size of a tier; undefined where the edition or the engine does not have it. */
export const tierOf = ({ tier, edition, machineTypes }: Wanted): Tier | undefined => {
  const [, type = "", cpus = 0, memory] = /^db-([a-z0-9]+(?:-[a-z]+)*(?:-N)?)-(\d+)(?:-(\d+))?$/.exec(tier) ?? [];
  const sized = (mibEach: number | undefined): Tier | undefined =>
    mibEach === undefined || memory !== undefined
      ? undefined
      : { cpus: Number(cpus), memoryMb: Number(cpus) * mibEach };
  if (edition === "ENTERPRISE_PLUS") return sized(type === "perf-optimized-N" ? 8192 : undefined);
  if (type === "custom" && memory) return { cpus: Number(cpus), memoryMb: Number(memory) };
  return own(SHARED, tier) ?? sized(own(machineTypes, type));
};
