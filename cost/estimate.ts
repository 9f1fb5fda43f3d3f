import { Cron } from "croner";
import type { PlannedScheduled, PlannedService, PlannedWeb, CloudPlan } from "../infra/plan/plan";
import { resources } from "../infra/targets/gcp/container";
import { sizeOf } from "../infra/plan/budget";
import { isReview } from "../infra/plan/review";
import { redisServersOf, serversOf } from "../infra/plan/servers";
import { storedValues } from "../infra/plan/stored-secrets";
import { prices, type Priced } from "./prices";
import { billedSeconds, liveSeconds, MONTH_S, type Traffic } from "./traffic";

/** One line of the bill: a quantity of a priced item, for a part of the stack. */
export type Line = { part: string; priced: Priced; quantity: number; usd: number };

/** A month's bill at one level of traffic. */
export type Estimate = { traffic: string; lines: Line[]; total: number };

/** The cost of a plan's month by the price table; pure, and no more exact than its assumptions. */
export const estimate = ({ plan, traffic }: { plan: CloudPlan; traffic: Traffic }): Estimate => {
  const lines = [
    ...[...plan.services.values()].flatMap((service) => serviceLines({ service, traffic })),
    // A review's servers are those of the stack review-base.
    ...(isReview(plan.cloud) ? [] : serverLines({ plan, traffic })),
    ...sharedLines({ plan, traffic }),
  ];
  return { traffic: traffic.name, lines, total: lines.reduce((sum, { usd }) => sum + usd, 0) };
};

const serverLines = ({ plan, traffic }: { plan: CloudPlan; traffic: Traffic }): Line[] => [
  ...serversOf(plan).flatMap((server) => databaseLines({ id: server.id, tier: sizeOf(plan, server).tier, traffic })),
  ...redisServersOf(plan).map(({ id }) => line(id, "redis", REDIS_GIB)),
];

/** The size of every Memorystore instance (infra/targets/gcp/datastores.ts). */
const REDIS_GIB = 1;

const line = (part: string, priced: Priced, quantity: number): Line => ({
  part,
  priced,
  quantity,
  usd: quantity * prices.of[priced].usd,
});

const serviceLines = ({ service, traffic }: { service: PlannedService; traffic: Traffic }): Line[] => {
  switch (service.kind) {
    case "web":
      return webLines({ service, traffic });
    case "worker":
    case "scheduler":
      return runningLines({
        service,
        seconds: service.instances * MONTH_S,
        cpu: "worker CPU",
        memory: "worker memory",
      });
    case "job":
      return []; // runs a minute at each update: cents
    case "scheduled":
      return runningLines({
        service,
        seconds: runsIn(service.schedule) * SHORTEST_RUN_S,
        cpu: "always-on CPU",
        memory: "always-on memory",
      });
  }
};

/** A run of a job is billed for a minute at least, which is our assumption for each (https://cloud.google.com/run/pricing). */
const SHORTEST_RUN_S = 60;

/** How often a schedule comes in a month of 30 days. */
const runsIn = ({ cron, timeZone }: PlannedScheduled["schedule"]): number => {
  const [from, to] = [new Date("2026-06-01T00:00:00Z"), new Date("2026-07-01T00:00:00Z")];
  const times = new Cron(cron, { timezone: timeZone, paused: true });
  let runs = 0;
  for (let next = times.nextRun(from); next && next < to; next = times.nextRun(next)) runs += 1;
  return runs;
};

const webLines = ({ service, traffic }: { service: PlannedWeb; traffic: Traffic }): Line[] => {
  const { concurrency, cpuAlwaysOn } = service.serving;
  if (cpuAlwaysOn) {
    const seconds = Math.max(service.scaling.min * MONTH_S, liveSeconds({ traffic, concurrency }));
    return runningLines({ service, seconds, cpu: "always-on CPU", memory: "always-on memory" });
  }
  const busy = billedSeconds({ traffic, concurrency });
  const idle = Math.max(0, service.scaling.min * MONTH_S - busy);
  return [
    ...runningLines({ service, seconds: busy, cpu: "service CPU", memory: "service memory" }),
    ...(idle > 0 ? runningLines({ service, seconds: idle, cpu: "idle CPU", memory: "idle memory" }) : []),
  ];
};

type Runtime = { service: PlannedService; seconds: number; cpu: Priced; memory: Priced };

/** What a process costs for so many seconds. */
export const runningLines = ({ service: { id, limits }, seconds, cpu, memory }: Runtime): Line[] => {
  const given = resources(limits).limits;
  return [
    line(id, cpu, seconds * Number(given.cpu)),
    line(id, memory, (seconds * Number.parseInt(given.memory, 10)) / 1024),
  ];
};

const databaseLines = ({ id, tier, traffic }: { id: string; tier: string; traffic: Traffic }): Line[] => {
  const part = `${id} (${tier})`;
  return [
    ...tierLines(part, tier),
    line(part, "database disk", traffic.diskGb),
    // Backups are incremental, those that come before a migration too: together about as large as the data.
    line(part, "database backups", traffic.diskGb),
  ];
};

const tierLines = (part: string, tier: string): Line[] => {
  if (tier === "db-f1-micro" || tier === "db-g1-small") return [line(part, tier, 1)];
  const [cpus, mib] = tier.split("-").slice(-2).map(Number) as [number, number];
  return [line(part, "database CPU", cpus), line(part, "database memory", mib / 1024)];
};

/**
 * Versions of each image: what the registry keeps (its cleanup policy), what one adds to the base they share, and how many
 * are new in a month, which is our assumption.
 */
export const versions = { kept: 10, gb: 0.1, new: 4 } as const;

const sharedLines = ({ plan, traffic }: { plan: CloudPlan; traffic: Traffic }): Line[] => {
  // Where the CPU is always on, requests are free.
  const webs = [...plan.services.values()].filter((each) => each.kind === "web" && !each.serving.cpuAlwaysOn).length;
  const scheduled = [...plan.services.values()].filter(({ kind }) => kind === "scheduled").length;
  const millions = Math.max(0, webs * traffic.requests - prices.free.requests) / 1e6;
  return [
    line("requests", "requests", millions),
    line("images", "registry", plan.images.size * versions.kept * versions.gb),
    line("images", "image scans", plan.images.size * versions.new),
    secretLine(plan),
    line("schedules", "scheduled jobs", Math.max(0, scheduled - prices.free.scheduledJobs)),
  ];
};

/** What a month of the stored secrets costs. */
export const secretLine = (plan: CloudPlan): Line => {
  const stored = new Set(storedValues(plan).map(({ name }) => name)).size;
  return line("secrets", "secret versions", Math.max(0, stored - prices.free.secretVersions));
};
