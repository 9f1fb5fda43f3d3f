import type { FieldViolation } from "../../errors";
import { secondsOf } from "../../realise/quantities";
import { filterProblem } from "../metrics";
import type { Rules, Visited } from "../rules";

/** What Monitoring refuses and no document marks: https://cloud.google.com/monitoring/api/ref_v3/rest (2026-11-29). */
const violation = (of: Visited, key: string, value: unknown, what: string): FieldViolation => {
  const field = of.at(key);
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return { field, description: `Field ${field} had an invalid value of "${shown}": ${what}` };
};

type Aggregation = { alignmentPeriod?: string; perSeriesAligner?: string; crossSeriesReducer?: string };

type Condition = {
  filter?: string;
  denominatorFilter?: string;
  comparison?: string;
  aggregations?: Aggregation[];
};

const metricCondition = (of: Visited<Condition>): FieldViolation[] => {
  const { comparison } = of.message;
  return [
    ...(["filter", "denominatorFilter"] as const).flatMap((key) => {
      const filter = of.message[key];
      const problem = filter === undefined ? undefined : filterProblem(filter);
      return problem ? [violation(of, key, filter, problem)] : [];
    }),
    ...(comparison !== undefined && !["COMPARISON_GT", "COMPARISON_LT"].includes(comparison)
      ? [violation(of, "comparison", comparison, "Only COMPARISON_LT and COMPARISON_GT are supported currently.")]
      : []),
  ];
};

/** The aligner and the period need each other, as the fields' descriptions say. */
const aggregation = (of: Visited<Aggregation>): FieldViolation[] => {
  const { alignmentPeriod, perSeriesAligner = "ALIGN_NONE", crossSeriesReducer = "REDUCE_NONE" } = of.message;
  return [
    ...(perSeriesAligner !== "ALIGN_NONE" && alignmentPeriod === undefined
      ? [
          violation(
            of,
            "alignmentPeriod",
            "",
            "alignment_period is required if a per-series aligner other than ALIGN_NONE is specified.",
          ),
        ]
      : []),
    ...(crossSeriesReducer !== "REDUCE_NONE" && perSeriesAligner === "ALIGN_NONE"
      ? [
          violation(
            of,
            "crossSeriesReducer",
            crossSeriesReducer,
            "a per-series aligner other than ALIGN_NONE must be specified with a reducer.",
          ),
        ]
      : []),
  ];
};

type Policy = {
  conditions?: { conditionMatchedLog?: object }[];
  alertStrategy?: { notificationRateLimit?: object; autoClose?: string };
};

const policy = (of: Visited<Policy>): FieldViolation[] => {
  const { conditions = [], alertStrategy = {} } = of.message;
  const hasLogs = conditions.some(({ conditionMatchedLog }) => conditionMatchedLog);
  const { autoClose, notificationRateLimit } = alertStrategy;
  return [
    ...(conditions.length > 6
      ? [violation(of, "conditions", conditions.length, "a policy can have from one to six conditions.")]
      : []),
    ...(hasLogs && conditions.length > 1
      ? [
          violation(
            of,
            "conditions",
            conditions.length,
            "a policy with a LogMatch condition must have exactly one condition.",
          ),
        ]
      : []),
    ...(hasLogs && !notificationRateLimit
      ? [
          violation(
            of,
            "alertStrategy.notificationRateLimit",
            "",
            "notification_rate_limit is required for log-based alerting policies.",
          ),
        ]
      : []),
    ...(notificationRateLimit && !hasLogs && conditions.length > 0
      ? [
          violation(
            of,
            "alertStrategy.notificationRateLimit",
            "",
            "only log-based alert policies may specify a notification rate limit",
          ),
        ]
      : []),
    ...(autoClose !== undefined && (secondsOf(autoClose) < 1800 || secondsOf(autoClose) > 604_800)
      ? [
          violation(
            of,
            "alertStrategy.autoClose",
            autoClose,
            "the auto close duration must be between 30 minutes and 7 days.",
          ),
        ]
      : []),
  ];
};

const trigger = (of: Visited<{ count?: number; percent?: number }>): FieldViolation[] => {
  const { count = 1, percent = 1 } = of.message;
  return [
    ...(count < 0 ? [violation(of, "count", count, "must not be negative.")] : []),
    ...(percent < 0 || percent > 100 ? [violation(of, "percent", percent, "must be between 0 and 100.")] : []),
  ];
};

type Check = {
  monitoredResource?: { type?: string; labels?: Record<string, string> };
  selectedRegions?: string[];
  contentMatchers?: object[];
  httpCheck?: { requestMethod?: string; body?: string; contentType?: string };
};

const MONITORED = [
  ...["uptime_url", "gce_instance", "gae_app", "aws_ec2_instance", "aws_elb_load_balancer", "k8s_service"],
  ...["servicedirectory_service", "cloud_run_revision"],
];

/** Places of each region: https://cloud.google.com/monitoring/uptime-checks#use-regions */
const PLACES: Readonly<Record<string, number>> = { USA: 3 };
const LEAST_PLACES = 3;

const uptimeCheck = (of: Visited<Check>): FieldViolation[] => {
  const { monitoredResource, selectedRegions = [], httpCheck } = of.message;
  const type = monitoredResource?.type;
  const host = monitoredResource?.labels?.["host"] ?? "";
  const places = selectedRegions.reduce((sum, region) => sum + (PLACES[region] ?? 1), 0);
  return [
    ...(type !== undefined && !MONITORED.includes(type)
      ? [violation(of, "monitoredResource.type", type, "the monitored resource type is not valid for an uptime check.")]
      : []),
    ...(type === "uptime_url" && (host === "" || /^[a-z]+:\/\/|\/|\s/.test(host))
      ? [violation(of, "monitoredResource.labels['host']", host, "must be a valid hostname or IP address.")]
      : []),
    ...(selectedRegions.length > 0 && places < LEAST_PLACES && !selectedRegions.includes("REGION_UNSPECIFIED")
      ? [
          violation(
            of,
            "selectedRegions",
            selectedRegions,
            "enough regions must be provided to include a minimum of 3 locations.",
          ),
        ]
      : []),
    ...(httpCheck?.body && httpCheck.requestMethod !== "POST"
      ? [violation(of, "httpCheck.body", httpCheck.body, "a body must be empty unless the request method is POST.")]
      : []),
  ];
};

const port = (of: Visited<{ port?: number }>): FieldViolation[] => {
  const { port: number = 1 } = of.message;
  return number < 0 || number > 65_535 ? [violation(of, "port", number, "must be between 1 and 65535.")] : [];
};

type Channel = { type?: string; labels?: Record<string, string> };

const channel = (of: Visited<Channel>): FieldViolation[] => {
  const { type, labels = {} } = of.message;
  const email = labels["email_address"];
  return type === "email" && email && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(email)
    ? [violation(of, "labels['email_address']", email, "must be a valid email address.")]
    : [];
};

export const monitoring: Rules = {
  AlertPolicy: policy,
  MetricThreshold: metricCondition,
  MetricAbsence: metricCondition,
  Aggregation: aggregation,
  Trigger: trigger,
  UptimeCheckConfig: uptimeCheck,
  HttpCheck: port,
  TcpCheck: port,
  NotificationChannel: channel,
};
