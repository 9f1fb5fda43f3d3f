/** One request to an API of Google's; `wrong` is what its answer has to say. */
export type Example = {
  what: string;
  ask: string;
  body?: unknown;
  wrong?: RegExp;
  /** How many things are wrong, where it is not one. */
  count?: number;
  /** Where it is from. */
  from: string;
};

export const RUN = "https://cloud.google.com/run/docs/reference/rest/v2";
export const SECRETS = "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets";
export const SQL = "https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4";
export const REGISTRY =
  "https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories";
export const IAM = "https://cloud.google.com/iam/docs/reference/rest/v1";
export const PROJECTS = "https://cloud.google.com/resource-manager/reference/rest";
export const BILLING = "https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo";
export const USAGE = "https://cloud.google.com/service-usage/docs/reference/rest/v1/services";
export const MONITORING = "https://cloud.google.com/monitoring/api/ref_v3/rest/v3";
export const REDIS = "https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances";
export const SCHEDULER = "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs";
export const LOGGING = "https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list";

export const LOCATION = "projects/my-project/locations/us-central1";
export const HELLO = { containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello" }] };
export const SERVICE = `run POST v2/${LOCATION}/services?serviceId=hello`;
export const SECRET = "secretmanager POST v1/projects/my-project/secrets?secretId=key";
export const INSTANCE = "sqladmin POST sql/v1beta4/projects/my-project/instances";
export const MEMORY = `redis POST v1/${LOCATION}/instances?instanceId=cache`;
export const SCHEDULED = `cloudscheduler POST v1/${LOCATION}/jobs`;
export const TIER = { tier: "db-custom-1-3840" };
export const ENTRIES = "logging POST v2/entries:list";
export const POLICY = "monitoring POST v3/projects/my-project/alertPolicies";
export const THRESHOLD = {
  filter: 'metric.type="compute.googleapis.com/instance/cpu/utilization" AND resource.type="gce_instance"',
  comparison: "COMPARISON_GT",
  thresholdValue: 0.9,
  duration: "300s",
  trigger: { count: 1 },
  aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MEAN" }],
};
export const CONDITION = { displayName: "High CPU", conditionThreshold: THRESHOLD };

export const container = (more: object): object => ({
  template: { containers: [{ ...HELLO.containers[0], ...more }] },
});
