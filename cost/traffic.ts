/** The load of each web service in a month, and the size of the databases. */
export type Traffic = {
  name: string;
  /** Requests to each web service. */
  requests: number;
  /** The average duration of a request, in seconds. */
  seconds: number;
  /** Data on each database server's disk, in GB; Cloud SQL gives 10 at least. */
  diskGb: number;
};

/**
 * Our assumptions. The specification names only "low traffic" and two figures that bound it, and these start from them:
 * 2 million requests a month are free, which booking's two services share at `low`, and an instance serves about 100
 * requests a second, of which `high` asks 38 of each service. 100 ms a request is a tenth of the latency at which an alert
 * comes; `./fleet bench` measures less.
 */
export const traffics: readonly Traffic[] = [
  { name: "low", requests: 1_000_000, seconds: 0.1, diskGb: 10 },
  { name: "medium", requests: 10_000_000, seconds: 0.1, diskGb: 20 },
  { name: "high", requests: 100_000_000, seconds: 0.1, diskGb: 50 },
];

/** An average month, as Google's own estimates have it: 730 hours. */
export const MONTH_S = 730 * 3600;

/** How full Cloud Run's autoscaler fills an instance before it starts another. */
const FULL = 0.6;

/**
 * For how many seconds of a month instances of a service are billed: while at least one request is in one.
 *
 * Requests come at random. With a load of a (requests at any moment) one instance is busy 1 - e^-a of the time; a load that
 * one instance cannot hold keeps several busy.
 */
export const billedSeconds = ({ traffic, concurrency }: { traffic: Traffic; concurrency: number }): number => {
  const load = (traffic.requests * traffic.seconds) / MONTH_S;
  return MONTH_S * Math.max(1 - Math.exp(-load), load / (concurrency * FULL));
};

/** How long Cloud Run keeps an instance that nobody asks, at most. */
const IDLE_S = 15 * 60;

/** For how many seconds of a month instances of a service are there: while one was asked less than a quarter of an hour ago. */
export const liveSeconds = ({ traffic, concurrency }: { traffic: Traffic; concurrency: number }): number => {
  const rate = traffic.requests / MONTH_S;
  return MONTH_S * Math.max(1 - Math.exp(-rate * IDLE_S), (rate * traffic.seconds) / (concurrency * FULL));
};
