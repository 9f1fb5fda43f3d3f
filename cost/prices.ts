/** A price in US dollars, its unit, and the source of the figure. */
export type Price = { usd: number; per: string; source: string };

const SPEC = "specification 003";
const LIST = "Google's price list for a tier 1 region";

/**
 * The price table. The specification's figures come first; what it does not name is Google's list price, as public copies
 * of the price pages showed it on that date. A price that changed is a change of this file, with its date.
 */
export const prices = {
  date: "2026-11-24",
  of: {
    "service CPU": { usd: 0.000024, per: "vCPU-second while serving", source: SPEC },
    "service memory": { usd: 0.0000025, per: "GiB-second while serving", source: SPEC },
    "idle CPU": { usd: 0.0000025, per: "vCPU-second of a minimum instance without requests", source: LIST },
    "idle memory": { usd: 0.0000025, per: "GiB-second of a minimum instance without requests", source: LIST },
    "always-on CPU": { usd: 0.000018, per: "vCPU-second of an instance whose CPU is always on", source: LIST },
    "always-on memory": { usd: 0.000002, per: "GiB-second of an instance whose CPU is always on", source: LIST },
    "scheduled jobs": { usd: 0.1, per: "job-month of Cloud Scheduler, run or not", source: LIST },
    requests: { usd: 0.4, per: "million requests", source: LIST },
    "worker CPU": { usd: 0.000011244, per: "vCPU-second of a worker pool", source: LIST },
    "worker memory": { usd: 0.000001235, per: "GiB-second of a worker pool", source: LIST },
    "db-f1-micro": { usd: 7, per: "month", source: SPEC },
    "db-g1-small": { usd: 25, per: "month", source: SPEC },
    "database CPU": { usd: 30.15, per: "vCPU-month of a db-custom tier", source: LIST },
    "database memory": { usd: 5.11, per: "GiB-month of a db-custom tier", source: LIST },
    "database disk": { usd: 0.17, per: "GB-month", source: SPEC },
    "database backups": { usd: 0.08, per: "GB-month", source: LIST },
    redis: { usd: 35.77, per: "GiB-month of the basic tier", source: LIST },
    registry: { usd: 0.1, per: "GB-month", source: SPEC },
    "image scans": { usd: 0.26, per: "image that is pushed, once for each digest", source: LIST },
    "secret versions": { usd: 0.06, per: "version-month, enabled or disabled", source: LIST },
  } satisfies Record<string, Price>,
  free: {
    /** Each month (specification 003). */
    requests: 2_000_000,
    /** Each month (Google's price list). */
    secretVersions: 6,
    /** Each month, of all that an account pays for (Google's price list). */
    scheduledJobs: 3,
  },
} as const;

export type Priced = keyof typeof prices.of;
