import { PUBLIC_REASON, STACK_LABEL } from "../../infra/targets/gcp/labels";
import { type Resource } from "../../policy/rule";
import * as type from "../../policy/types";

const labels = { [STACK_LABEL]: "prod" };

export const container = {
  image: `europe-docker.pkg.dev/shop/prod/web@sha256:${"a".repeat(64)}`,
  envs: [
    { name: "DEBUG", value: "False" },
    { name: "GUNICORN_WORKERS", value: "2" },
    { name: "DATABASE_POOL_SIZE", value: "1" },
    { name: "DATABASE_PASSWORD", valueSource: { secretKeyRef: { secret: "prod-web-db", version: "3" } } },
  ],
  resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true },
  ports: { containerPort: 8080 },
  startupProbe: { httpGet: { path: "/healthz" } },
  livenessProbe: { httpGet: { path: "/healthz" } },
};

const { startupProbe: _, livenessProbe: __, ...background } = container;
const serviceAccount = "prod-web@shop.iam.gserviceaccount.com";

/** One of everything, each as it should be; what a test changes is the one mistake in it. */
export const good = {
  service: {
    name: "prod-shop-web",
    labels,
    annotations: { [PUBLIC_REASON]: "the shop window" },
    template: {
      serviceAccount,
      scaling: { minInstanceCount: 0, maxInstanceCount: 10 },
      containers: [container],
      volumes: [{ name: "cloudsql", cloudSqlInstance: { instances: ["shop:europe-west1:prod-postgres"] } }],
    },
  },
  job: { name: "prod-shop-migrate", labels, template: { template: { serviceAccount, containers: [background] } } },
  prepare: {
    name: "prod-postgres-prepare",
    labels,
    template: {
      template: {
        serviceAccount,
        containers: [
          {
            ...background,
            envs: [
              { name: "PGHOST", value: "/cloudsql/shop:europe-west1:prod-postgres" },
              { name: "PGUSER", value: "fleet_admin" },
              { name: "PREPARE_DATABASES", value: '[{ "database": "shop", "users": ["shop", "shop_b"] }]' },
            ],
          },
        ],
      },
    },
  },
  pool: {
    name: "prod-shop-beat",
    labels,
    scaling: { scalingMode: "MANUAL", manualInstanceCount: 1 },
    template: { serviceAccount, containers: [{ ...background, commands: ["celery", "-A", "config", "beat"] }] },
  },
  member: { name: "prod-shop-web", role: "roles/run.invoker", member: "allUsers" },
  instance: {
    name: "prod-postgres",
    databaseVersion: "POSTGRES_15",
    deletionProtection: true,
    settings: {
      tier: "db-g1-small",
      databaseFlags: [{ name: "max_connections", value: "100" }],
      userLabels: labels,
      connectorEnforcement: "REQUIRED",
      deletionProtectionEnabled: true,
      retainBackupsOnDelete: true,
      ipConfiguration: { ipv4Enabled: true, sslMode: "ENCRYPTED_ONLY" },
      backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
    },
  },
  user: { instance: "prod-postgres", name: "shop" },
  administrator: { instance: "prod-postgres", name: "fleet_admin" },
  redis: { labels, authEnabled: true },
  secret: { secretId: "prod-web-db", labels },
  version: { secret: "prod-web-db", deletionPolicy: "ABANDON" },
  accessor: { role: "roles/secretmanager.secretAccessor", member: `serviceAccount:${serviceAccount}` },
  projectMember: { role: "roles/cloudsql.client", member: `serviceAccount:${serviceAccount}` },
  repository: { labels, cleanupPolicies: [{ id: "old", action: "DELETE" }], cleanupPolicyDryRun: false },
  image: { name: "europe-docker.pkg.dev/shop/prod/web:1a2b3c4", keepRemotely: true },
  bucket: { labels, publicAccessPrevention: "enforced", uniformBucketLevelAccess: true },
  alert: { userLabels: labels, notificationChannels: ["projects/shop/notificationChannels/1"] },
  uptime: { httpCheck: { path: "/health/", useSsl: true, validateSsl: true } },
} as const;

export const typeOf: Record<keyof typeof good, string> = {
  service: type.SERVICE,
  job: type.JOB,
  prepare: type.JOB,
  pool: type.WORKER_POOL,
  member: type.SERVICE_MEMBERS[0],
  instance: type.SQL_INSTANCE,
  user: type.SQL_USER,
  administrator: type.SQL_USER,
  redis: type.REDIS,
  secret: type.SECRET,
  version: type.SECRET_VERSION,
  accessor: "gcp:secretmanager/secretIamMember:SecretIamMember",
  projectMember: type.PROJECT_MEMBER,
  repository: type.REPOSITORY,
  image: type.REGISTRY_IMAGE,
  bucket: type.BUCKET,
  alert: type.ALERT_POLICY,
  uptime: type.UPTIME_CHECK,
};

/** Every good resource, with some replaced; a resource under another key of `extra` has its type beside it. */
export const stackOf = (
  changed: Partial<Record<keyof typeof good, unknown>> = {},
  extra: readonly Resource[] = [],
): Resource[] => [
  ...Object.entries({ ...good, ...changed }).map(([name, props]) => ({
    type: typeOf[name as keyof typeof good],
    name,
    props: props as Resource["props"],
  })),
  ...extra,
];
