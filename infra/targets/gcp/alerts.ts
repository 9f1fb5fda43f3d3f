import type * as gcp from "@pulumi/gcp";

/**
 * The conditions that Cloud Monitoring watches, as data: thresholds of specification 003, and for the database what it
 * cannot do without. One condition serves all services of the stack; each service is a time series and an incident of
 * its own.
 */

/** The figures of specification 003 ("Alertas Recomendadas"). */
const THRESHOLDS = { errorRate: 0.05, p95Ms: 1000, instances: 8 } as const;

/** Shares of a database's limits at which there is still time to act. */
const DATABASE_SHARES = { connections: 0.8, disk: 0.8 } as const;

/** How long a condition has to hold: one failed request of ten in a quiet minute is not an incident. */
const SUSTAINED = "300s";
const PERIOD = "300s";

/** An alert: its logical name, the condition in the words of the Monitoring API, and the first thing to do. */
export type Alert = {
  name: string;
  condition: { displayName: string; conditionThreshold: Threshold };
  advice: string;
};

type Threshold = gcp.types.input.monitoring.AlertPolicyConditionConditionThreshold;

type Watched = Pick<Alert, "name" | "advice"> & { title: string; above: number };

const alert = ({ name, title, above, advice, ...threshold }: Watched & Omit<Threshold, "comparison" | "duration">) => ({
  name,
  condition: {
    displayName: title,
    conditionThreshold: { comparison: "COMPARISON_GT", thresholdValue: above, duration: SUSTAINED, ...threshold },
  },
  advice,
});

type Combining = { aligner: string; reducer: string; by: string; period?: string };

/** Combines each time series by one label, first over time (`aligner`), then over series (`reducer`). */
const combined = ({ aligner, reducer, by, period = PERIOD }: Combining) => [
  { alignmentPeriod: period, perSeriesAligner: aligner, crossSeriesReducer: reducer, groupByFields: [by] },
];

/** The alerts on all services with these names on Cloud Run. */
export const serviceAlerts = (services: readonly string[]): Alert[] => {
  const of = `resource.type = "cloud_run_revision" AND resource.labels.service_name = ${oneOf(services)}`;
  const by = "resource.labels.service_name";
  const requests = `${of} AND metric.type = "run.googleapis.com/request_count"`;
  const summed = combined({ aligner: "ALIGN_RATE", reducer: "REDUCE_SUM", by });
  return [
    alert({
      name: "error-rate",
      title: `more than ${THRESHOLDS.errorRate * 100} % of the answers are errors (5xx)`,
      above: THRESHOLDS.errorRate,
      filter: `${requests} AND metric.labels.response_code_class = "5xx"`,
      aggregations: summed,
      denominatorFilter: requests,
      denominatorAggregations: summed,
      advice: "Read the service's logs of severity ERROR. If it began with a new revision, go back to the one before.",
    }),
    alert({
      name: "latency",
      title: `one request of twenty takes more than ${THRESHOLDS.p95Ms / 1000} s (p95)`,
      above: THRESHOLDS.p95Ms,
      filter: `${of} AND metric.type = "run.googleapis.com/request_latencies"`,
      aggregations: combined({ aligner: "ALIGN_DELTA", reducer: "REDUCE_PERCENTILE_95", by }),
      advice: "Look at Query Insights of the database first, then at the instances: are they starting all the time?",
    }),
    alert({
      name: "instances",
      title: `more than ${THRESHOLDS.instances} instances run`,
      above: THRESHOLDS.instances,
      filter: `${of} AND metric.type = "run.googleapis.com/container/instance_count"`,
      aggregations: combined({ aligner: "ALIGN_MAX", reducer: "REDUCE_SUM", by }),
      advice: "It is near its ceiling. Is the traffic real? Then raise fleet:maxInstances and the connections with it.",
    }),
  ];
};

/** A Cloud SQL instance as Monitoring knows it. */
export type WatchedDatabase = { databaseId: string; engine: "postgres" | "mysql"; connections: number };

/** The alerts on one Cloud SQL instance; `connections` is its max_connections. */
export const databaseAlerts = ({ databaseId, engine, connections }: WatchedDatabase): Alert[] => {
  const of = `resource.type = "cloudsql_database" AND resource.labels.database_id = "${databaseId}"`;
  const by = "resource.labels.database_id";
  const metric = engine === "postgres" ? "database/postgresql/num_backends" : "database/network/connections";
  const most = Math.floor(connections * DATABASE_SHARES.connections);
  return [
    alert({
      name: "connections",
      title: `more than ${most} of ${connections} connections are open`,
      above: most,
      filter: `${of} AND metric.type = "cloudsql.googleapis.com/${metric}"`,
      aggregations: combined({ aligner: "ALIGN_MAX", reducer: "REDUCE_SUM", by }),
      advice: "Which service holds them? Lower its pool or fleet:maxInstances, or take a larger fleet:databaseTier.",
    }),
    alert({
      name: "disk",
      title: `more than ${DATABASE_SHARES.disk * 100} % of the disk are used`,
      above: DATABASE_SHARES.disk,
      filter: `${of} AND metric.type = "cloudsql.googleapis.com/database/disk/utilization"`,
      aggregations: combined({ aligner: "ALIGN_MEAN", reducer: "REDUCE_MAX", by }),
      advice: "It grows by itself up to its limit: what fills it? A full disk stops the database.",
    }),
  ];
};

/** The alert on uptime checks; `checkIds` as the Monitoring API gives them. */
export const uptimeAlert = (checkIds: readonly string[]): Alert =>
  alert({
    name: "uptime",
    title: "a public service does not answer",
    // Two places of the world have to agree that it is down.
    above: 1,
    filter: [
      'resource.type = "uptime_url"',
      'metric.type = "monitoring.googleapis.com/uptime_check/check_passed"',
      `metric.labels.check_id = ${oneOf(checkIds)}`,
    ].join(" AND "),
    aggregations: combined({
      ...{ aligner: "ALIGN_NEXT_OLDER", reducer: "REDUCE_COUNT_FALSE", period: "1200s" },
      by: "metric.labels.check_id",
    }),
    advice: "Open its health path yourself. Then: is a revision serving, is the database up, did a certificate change?",
  });

/** Monitoring's filter for any of these; a prefix would take in other stacks. */
const oneOf = (values: readonly string[]): string => `one_of(${values.map((value) => `"${value}"`).join(", ")})`;
