import { PROJECTS, type Pair } from "./pair";

const REST = "https://cloud.google.com/monitoring/api/ref_v3/rest/v3";
const POLICIES = `POST monitoring/v3/${PROJECTS}/alertPolicies`;
const FILTER = 'metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision"';

const threshold = (more: object) => ({
  displayName: "Requests",
  conditionThreshold: { filter: FILTER, comparison: "COMPARISON_GT", duration: "60s", ...more },
});
const policy = (condition: object, more: object = {}) => ({
  displayName: "Requests",
  combiner: "OR",
  conditions: [condition],
  ...more,
});
const filtered = (filter: string) => policy(threshold({ filter }));
const aggregated = (aggregation: object) => policy(threshold({ aggregations: [aggregation] }));
const LOGS = { displayName: "Errors", conditionMatchedLog: { filter: "severity>=ERROR" } };
const LIMIT = { alertStrategy: { notificationRateLimit: { period: "300s" } } };

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says" | "status">;
const asked = (ask: string, from: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from, ask }));

/** Alert policies that Monitoring does not take. */
export const monitoring: readonly Pair[] = [
  ...asked(POLICIES, "https://github.com/googleapis/nodejs-monitoring/pull/46", {
    what: "a filter of no resource",
    wrong: filtered('metric.type = "run.googleapis.com/request_count"'),
    right: filtered(FILTER),
    says: /Field alert_policy\.conditions\[0\]\.condition_threshold\.filter had an invalid value of "metric\.type = .*": must specify a restriction on "resource\.type" in the filter/,
  }),
  ...asked(POLICIES, "https://github.com/hashicorp/terraform-provider-google/issues/13349", {
    what: "a resource of no type",
    wrong: filtered('metric.type="logging.googleapis.com/user/routes" AND resource.type="gce_route"'),
    right: filtered('metric.type="logging.googleapis.com/user/routes" AND resource.type="gce_instance"'),
    says: /The filter contains unknown resource type: gce_route/,
  }),
  ...asked(
    POLICIES,
    "https://github.com/hashicorp/terraform-provider-google/issues/11102",
    {
      what: "a metric that is misspelt",
      status: 404,
      wrong: filtered(FILTER.replace("request_count", "requests_count")),
      right: filtered(FILTER),
      says: /^Cannot find metric\(s\) that match type = "run\.googleapis\.com\/requests_count"\. If a metric was created recently/,
    },
    {
      what: "a metric of another product",
      status: 404,
      wrong: filtered(
        'metric.type = "cloudsql.googleapis.com/database/cpu/usage" AND resource.type = "cloudsql_database"',
      ),
      right: filtered(
        'metric.type = "cloudsql.googleapis.com/database/cpu/utilization" AND resource.type = "cloudsql_database"',
      ),
      says: /match type = "cloudsql\.googleapis\.com\/database\/cpu\/usage"/,
    },
  ),
  ...asked(
    POLICIES,
    "https://cloud.google.com/monitoring/api/v3/filters",
    {
      what: "a filter of a name without its prefix",
      wrong: filtered(`${FILTER} AND service_name = "web"`),
      right: filtered(`${FILTER} AND resource.labels.service_name = "web"`),
      says: /The lefthand side of each expression must be prefixed with one of \{group, metadata, metric, project, resource\}/,
    },
    {
      what: "a filter with an open parenthesis",
      wrong: filtered(`(${FILTER}`),
      right: filtered(`(${FILTER})`),
      says: /parentheses that do not match/,
    },
    {
      what: "a filter of words",
      wrong: filtered("all requests"),
      right: filtered(`${FILTER} AND metric.labels.response_code_class = "5xx"`),
      says: /a term that is no comparison: all requests/,
    },
  ),
  ...asked(
    POLICIES,
    `${REST}/projects.alertPolicies`,
    {
      what: "a duration of a minute and a half",
      wrong: policy(threshold({ duration: "90s" })),
      right: policy(threshold({ duration: "120s" })),
      says: /condition_threshold\.duration': 90 must be a multiple of 60/,
    },
    {
      what: "a comparison that is not made",
      wrong: policy(threshold({ comparison: "COMPARISON_EQ" })),
      right: policy(threshold({ comparison: "COMPARISON_LT" })),
      says: /Only COMPARISON_LT and COMPARISON_GT are supported currently/,
    },
    {
      what: "two conditions in one",
      wrong: policy({ ...threshold({}), conditionAbsent: { filter: FILTER, duration: "300s" } }),
      right: policy(threshold({})),
      says: /conditions\[0\]' \(oneof\), oneof field 'condition' is already set\. Cannot set 'conditionAbsent'/,
    },
    {
      what: "a condition of nothing",
      wrong: policy({ displayName: "Nothing" }),
      right: policy(threshold({})),
      says: /conditions\[0\]\.condition' is not set; one of condition_threshold/,
    },
    {
      what: "a count and a percentage",
      wrong: policy(threshold({ trigger: { count: 1, percent: 50 } })),
      right: policy(threshold({ trigger: { percent: 50 } })),
      says: /trigger' \(oneof\), oneof field 'type' is already set\. Cannot set 'percent'/,
    },
    {
      what: "more than all of the series",
      wrong: policy(threshold({ trigger: { percent: 150 } })),
      right: policy(threshold({ trigger: { percent: 100 } })),
      says: /trigger\.percent had an invalid value of "150": must be between 0 and 100/,
    },
    {
      what: "an absence of a minute",
      wrong: policy({ displayName: "Gone", conditionAbsent: { filter: FILTER, duration: "60s" } }),
      right: policy({ displayName: "Gone", conditionAbsent: { filter: FILTER, duration: "120s" } }),
      says: /condition_absent\.duration': 60 is less than 120/,
    },
    {
      what: "a period of half a minute",
      wrong: aggregated({ alignmentPeriod: "30s", perSeriesAligner: "ALIGN_RATE" }),
      right: aggregated({ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE" }),
      says: /alignment_period': 30 is less than 60/,
    },
    {
      what: "an aligner without a period",
      wrong: aggregated({ perSeriesAligner: "ALIGN_RATE" }),
      right: aggregated({ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE" }),
      says: /alignment_period is required if a per-series aligner other than ALIGN_NONE is specified/,
    },
    {
      what: "a reducer without an aligner",
      wrong: aggregated({ alignmentPeriod: "60s", crossSeriesReducer: "REDUCE_SUM" }),
      right: aggregated({ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE", crossSeriesReducer: "REDUCE_SUM" }),
      says: /a per-series aligner other than ALIGN_NONE must be specified with a reducer/,
    },
    {
      what: "a policy without a combiner",
      wrong: { displayName: "Requests", conditions: [threshold({})] },
      right: policy(threshold({})),
      says: /alert_policy\.combiner is required/,
    },
    {
      what: "a policy without a condition",
      wrong: { displayName: "Requests", combiner: "OR" },
      right: policy(threshold({})),
      says: /alert_policy\.conditions is required/,
    },
    {
      what: "seven conditions",
      wrong: policy({}, { conditions: Array.from({ length: 7 }, () => threshold({})) }),
      right: policy({}, { conditions: Array.from({ length: 6 }, () => threshold({})) }),
      says: /a policy can have from one to six conditions/,
    },
    {
      what: "a channel that is not there",
      wrong: policy(threshold({}), { notificationChannels: [`${PROJECTS}/notificationChannels/1`] }),
      right: policy(threshold({}), { notificationChannels: [] }),
      says: /Notification channel not found/,
    },
    {
      what: "a name of 513 characters",
      wrong: policy(threshold({}), { displayName: "n".repeat(513) }),
      right: policy(threshold({}), { displayName: "n".repeat(512) }),
      says: /display_name': it must not exceed 512 characters/,
    },
    {
      what: "logs as often as they come",
      wrong: policy(LOGS),
      right: policy(LOGS, LIMIT),
      says: /notification_rate_limit is required for log-based alerting policies/,
    },
    {
      what: "a limit of what is not logged",
      wrong: policy(threshold({}), LIMIT),
      right: policy(LOGS, LIMIT),
      says: /only log-based alert policies may specify a notification rate limit/,
    },
    {
      what: "an incident that closes after a minute",
      wrong: policy(threshold({}), { alertStrategy: { autoClose: "60s" } }),
      right: policy(threshold({}), { alertStrategy: { autoClose: "1800s" } }),
      says: /auto close duration must be between 30 minutes and 7 days/,
    },
  ),
];
