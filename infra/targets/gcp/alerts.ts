/**
 * What Cloud Monitoring watches for, as data: thresholds of specification 003, and for the database what it cannot do
 * without. One condition serves all services of the stack; each service is a time series and an incident of its own.
 */

/** The figures of specification 003 ("Alertas Recomendadas"). */
export const THRESHOLDS = { errorRate: 0.05, p95Ms: 1000, instances: 8 } as const;

/** Shares of what a database has at which there is still time to do something. */
export const DATABASE_SHARES = { connections: 0.8, disk: 0.8 } as const;

/** How long something has to be wrong: one failed request of ten in a quiet minute is no incident. */
const SUSTAINED = "300s";
const PERIOD = "300s";

/** A condition in the words of the Monitoring API, without the rest of the policy. */
export type Condition = {
  displayName: string;
  conditionThreshold: {
    filter: string;
    denominatorFilter?: string;
    aggregations: Aggregation[];
    denominatorAggregations?: Aggregation[];
    comparison: "COMPARISON_GT";
    thresholdValue: number;
    duration: string;
  };
};

type Aggregation = {
  alignmentPeriod: string;
  perSeriesAligner: string;
  crossSeriesReducer: string;
  groupByFields: string[];
};

/** An alert: its logical name, what is wrong, and what to do first when it comes. */
export type Alert = { name: string; condition: Condition; advice: string };

/** The alerts on all services with these names on Cloud Run. */
export const serviceAlerts = (services: readonly string[]): Alert[] => {
  const of = `resource.type = "cloud_run_revision" AND resource.labels.service_name = ${oneOf(services)}`;
  const by = ["resource.labels.service_name"];
  const requests = `${of} AND metric.type = "run.googleapis.com/request_count"`;
  const summed = aggregation({ aligner: "ALIGN_RATE", reducer: "REDUCE_SUM", by });
  return [
    {
      name: "error-rate",
      condition: {
        displayName: `more than ${THRESHOLDS.errorRate * 100} % of the answers are errors (5xx)`,
        conditionThreshold: {
          ...above(THRESHOLDS.errorRate),
          filter: `${requests} AND metric.labels.response_code_class = "5xx"`,
          aggregations: [summed],
          denominatorFilter: requests,
          denominatorAggregations: [summed],
        },
      },
      advice: "Read the service's logs of severity ERROR. If it began with a new revision, go back to the one before.",
    },
    {
      name: "latency",
      condition: {
        displayName: `one request of twenty takes more than ${THRESHOLDS.p95Ms / 1000} s (p95)`,
        conditionThreshold: {
          ...above(THRESHOLDS.p95Ms),
          filter: `${of} AND metric.type = "run.googleapis.com/request_latencies"`,
          aggregations: [aggregation({ aligner: "ALIGN_DELTA", reducer: "REDUCE_PERCENTILE_95", by })],
        },
      },
      advice: "Look at Query Insights of the database first, then at the instances: are they starting all the time?",
    },
    {
      name: "instances",
      condition: {
        displayName: `more than ${THRESHOLDS.instances} instances run`,
        conditionThreshold: {
          ...above(THRESHOLDS.instances),
          filter: `${of} AND metric.type = "run.googleapis.com/container/instance_count"`,
          aggregations: [aggregation({ aligner: "ALIGN_MAX", reducer: "REDUCE_SUM", by })],
        },
      },
      advice: "It is near its ceiling. Is the traffic real? Then raise fleet:maxInstances and the connections with it.",
    },
  ];
};

/** A Cloud SQL instance as Monitoring knows it. */
export type WatchedDatabase = { databaseId: string; engine: "postgres" | "mysql"; connections: number };

/** The alerts on one Cloud SQL instance; `connections` is how many it takes at most. */
export const databaseAlerts = ({ databaseId, engine, connections }: WatchedDatabase): Alert[] => {
  const of = `resource.type = "cloudsql_database" AND resource.labels.database_id = "${databaseId}"`;
  const by = ["resource.labels.database_id"];
  const metric = engine === "postgres" ? "database/postgresql/num_backends" : "database/network/connections";
  const most = Math.floor(connections * DATABASE_SHARES.connections);
  return [
    {
      name: "connections",
      condition: {
        displayName: `more than ${most} of ${connections} connections are open`,
        conditionThreshold: {
          ...above(most),
          filter: `${of} AND metric.type = "cloudsql.googleapis.com/${metric}"`,
          aggregations: [aggregation({ aligner: "ALIGN_MAX", reducer: "REDUCE_SUM", by })],
        },
      },
      advice: "Which service holds them? Lower its pool or fleet:maxInstances, or take a larger fleet:databaseTier.",
    },
    {
      name: "disk",
      condition: {
        displayName: `more than ${DATABASE_SHARES.disk * 100} % of the disk are used`,
        conditionThreshold: {
          ...above(DATABASE_SHARES.disk),
          filter: `${of} AND metric.type = "cloudsql.googleapis.com/database/disk/utilization"`,
          aggregations: [aggregation({ aligner: "ALIGN_MEAN", reducer: "REDUCE_MAX", by })],
        },
      },
      advice: "It grows by itself up to its limit: what fills it? A full disk stops the database.",
    },
  ];
};

/** The alert on uptime checks; `checkIds` as the Monitoring API gives them. */
export const uptimeAlert = (checkIds: readonly string[]): Alert => ({
  name: "uptime",
  condition: {
    displayName: "a public service does not answer",
    conditionThreshold: {
      ...above(1),
      filter: [
        'resource.type = "uptime_url"',
        'metric.type = "monitoring.googleapis.com/uptime_check/check_passed"',
        `metric.labels.check_id = ${oneOf(checkIds)}`,
      ].join(" AND "),
      // Two places of the world have to agree that it is down.
      aggregations: [
        aggregation({
          aligner: "ALIGN_NEXT_OLDER",
          reducer: "REDUCE_COUNT_FALSE",
          by: ["metric.labels.check_id"],
          period: "1200s",
        }),
      ],
    },
  },
  advice: "Open its health path yourself. Then: is a revision serving, is the database up, did a certificate change?",
});

const above = (thresholdValue: number) => ({
  comparison: "COMPARISON_GT" as const,
  thresholdValue,
  duration: SUSTAINED,
});

const aggregation = ({
  aligner,
  reducer,
  by,
  period = PERIOD,
}: {
  aligner: string;
  reducer: string;
  by: string[];
  period?: string;
}): Aggregation => ({
  alignmentPeriod: period,
  perSeriesAligner: aligner,
  crossSeriesReducer: reducer,
  groupByFields: by,
});

/** Monitoring's filter for any of these; a prefix would take in other stacks. */
const oneOf = (values: readonly string[]): string => `one_of(${values.map((value) => `"${value}"`).join(", ")})`;
