import { askerOf } from "../../infra/targets/gcp/google";
import type { Bucket, Figures } from "./judge";

/** The figures of revisions in a time, by "service revision", both by their names at Google. */
export type Seen = ReadonlyMap<string, Figures>;

export type Monitoring = {
  /** How long after a request the figures may lack it, in milliseconds: as Google describes its metrics. */
  delayMs: () => Promise<number>;
  /** The requests between two moments, in milliseconds since 1970, as far as they are known by now. */
  between: (from: number, to: number) => Promise<Seen>;
};

type Access = { project: string; region: string; accessToken: string | undefined; env: NodeJS.ProcessEnv };

const COUNT = "run.googleapis.com/request_count";
const LATENCIES = "run.googleapis.com/request_latencies";

/** Google's words where a description is silent: sampled every 60 s, and seen up to 120 s later. */
const USUAL = { samplePeriod: "60s", ingestDelay: "120s" };

/** Cloud Monitoring, as far as a roll-out asks it: https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run */
export const connectMonitoring = ({ project, region, ...access }: Access): Monitoring => {
  const root = access.env["GOOGLE_MONITORING_CUSTOM_ENDPOINT"] ?? "https://monitoring.googleapis.com/";
  const ask = askerOf({ ...access, base: root });

  const series = async (metric: string, from: number, to: number, page = ""): Promise<Series[]> => {
    const query = new URLSearchParams({
      filter: `metric.type = "${metric}" AND resource.type = "cloud_run_revision"`,
      "interval.startTime": new Date(from).toISOString(),
      "interval.endTime": new Date(to).toISOString(),
      view: "FULL",
      ...(page && { pageToken: page }),
    });
    const { timeSeries = [], nextPageToken } = await ask<Page>(
      "GET",
      `v3/projects/${project}/timeSeries?${query.toString()}`,
    );
    return nextPageToken ? [...timeSeries, ...(await series(metric, from, to, nextPageToken))] : timeSeries;
  };

  return {
    delayMs: async () => {
      const { metadata } = await ask<Described>("GET", `v3/projects/${project}/metricDescriptors/${COUNT}`);
      const { samplePeriod, ingestDelay } = { ...USUAL, ...metadata };
      return 1000 * (Number.parseFloat(samplePeriod) + Number.parseFloat(ingestDelay));
    },
    between: async (from, to) => {
      const [counts, latencies] = await Promise.all([series(COUNT, from, to), series(LATENCIES, from, to)]);
      const here = ({ resource: { labels } }: Series): boolean => labels["location"] === region;
      return figuresOf({ counts: counts.filter(here), latencies: latencies.filter(here), from });
    },
  };
};

type Described = { metadata?: { samplePeriod?: string; ingestDelay?: string } };
type Page = { timeSeries?: Series[]; nextPageToken?: string };

/** A series of version 3 of the API. */
export type Series = {
  metric: { labels?: Record<string, string> };
  resource: { labels: Record<string, string> };
  points?: { interval: { startTime?: string }; value: { int64Value?: string; distributionValue?: Distribution } }[];
};

type Distribution = {
  bucketOptions?: {
    exponentialBuckets?: { growthFactor: number; scale: number; numFiniteBuckets: number };
    explicitBuckets?: { bounds: number[] };
  };
  bucketCounts?: string[];
};

/**
 * Figures of the series of both metrics. A point that began before `from` is of the time before too, and is left out: at
 * Google that is less than a minute of each step.
 */
export const figuresOf = (of: { counts: readonly Series[]; latencies: readonly Series[]; from: number }): Seen => {
  const found = new Map<string, { requests: number; errors: number; buckets: Map<number, number> }>();
  const at = ({ resource: { labels } }: Series) => {
    const key = keyOf(labels["service_name"] ?? "", labels["revision_name"] ?? "");
    const known = found.get(key) ?? { requests: 0, errors: 0, buckets: new Map<number, number>() };
    found.set(key, known);
    return known;
  };
  const within = ({ points = [] }: Series) =>
    points.filter(({ interval: { startTime } }) => Date.parse(startTime ?? "") >= of.from);
  for (const series of of.counts) {
    const figures = at(series);
    const count = within(series).reduce((sum, { value }) => sum + Number(value.int64Value ?? 0), 0);
    figures.requests += count;
    if (series.metric.labels?.["response_code_class"] === "5xx") figures.errors += count;
  }
  for (const series of of.latencies)
    for (const { value } of within(series))
      for (const { upToMs, count } of bucketsOf(value.distributionValue ?? {})) {
        const { buckets } = at(series);
        buckets.set(upToMs, (buckets.get(upToMs) ?? 0) + count);
      }
  return new Map(
    [...found].map(([key, { buckets, ...figures }]) => [
      key,
      {
        ...figures,
        latencies: [...buckets].sort(([a], [b]) => a - b).map(([upToMs, count]) => ({ upToMs, count })),
      },
    ]),
  );
};

export const keyOf = (service: string, revision: string): string => `${service} ${revision}`;

/** Every bucket with its upper bound, empty ones too: a bucket begins where the one before it ends. */
const bucketsOf = ({ bucketOptions = {}, bucketCounts = [] }: Distribution): Bucket[] => {
  const { exponentialBuckets: exponential, explicitBuckets: explicit } = bucketOptions;
  if (bucketCounts.length > 0 && !exponential && !explicit)
    throw new Error("Cloud Monitoring tells latencies in buckets of a kind that is not known here");
  const boundOf = (index: number): number => {
    if (explicit) return explicit.bounds[index] ?? Infinity;
    const { scale, growthFactor, numFiniteBuckets } = exponential!;
    return index > numFiniteBuckets ? Infinity : scale * growthFactor ** index;
  };
  return bucketCounts.map((count, index) => ({ upToMs: boundOf(index), count: Number(count) }));
};
