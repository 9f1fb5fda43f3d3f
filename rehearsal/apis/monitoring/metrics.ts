import type { Resource } from "../../store";
import type { Kind } from "./points";

export type Metric = { type: string; kind: Kind; unit: string; displayName: string; description: string };

export const LABELS = [
  { key: "response_code", description: "The response code of the request." },
  { key: "response_code_class", description: "The class of the response code: 2xx." },
];

/** What is measured here of https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run (2026-11-29): at the front ends. */
export const METRICS: readonly Metric[] = [
  {
    type: "run.googleapis.com/request_count",
    kind: "count",
    unit: "1",
    displayName: "Request Count",
    description: "Number of requests reaching the revision.",
  },
  {
    type: "run.googleapis.com/request_latencies",
    kind: "distribution",
    unit: "ms",
    displayName: "Request Latency",
    description: "Distribution of request latency in milliseconds reaching the revision.",
  },
];

export const metricNamed = (type: string): Metric | undefined => METRICS.find((metric) => metric.type === type);

export const REVISION = "cloud_run_revision";

/** https://cloud.google.com/monitoring/api/resources: the resources of what is measured. */
export const RESOURCES: readonly Resource[] = [
  {
    type: REVISION,
    displayName: "Cloud Run Revision",
    description: "A revision in Cloud Run.",
    labels: ["project_id", "service_name", "revision_name", "location", "configuration_name"].map((key) => ({ key })),
    launchStage: "GA",
  },
  {
    type: "cloud_run_job",
    displayName: "Cloud Run Job",
    description: "A job in Cloud Run.",
    labels: ["project_id", "job_name", "location"].map((key) => ({ key })),
    launchStage: "GA",
  },
  {
    type: "global",
    displayName: "Global",
    description: "A resource type used to indicate that a log is not associated with any specific resource.",
    labels: [{ key: "project_id" }],
    launchStage: "GA",
  },
];

export const descriptorOf = (project: string, { type, kind, ...texts }: Metric): Resource => ({
  name: `projects/${project}/metricDescriptors/${type}`,
  type,
  labels: LABELS,
  metricKind: "DELTA",
  valueType: kind === "distribution" ? "DISTRIBUTION" : "INT64",
  monitoredResourceTypes: [REVISION],
  launchStage: "GA",
  metadata: { launchStage: "GA", samplePeriod: "60s", ingestDelay: "120s" },
  ...texts,
});
