import { excusedFrom, PUBLIC_REASON, STACK_LABEL } from "../../infra/targets/gcp/labels";
import { type Resource } from "../../policy/rule";

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
const accountOf = (name: string): string => `prod-${name}@shop.iam.gserviceaccount.com`;
const serviceAccount = accountOf("web");
const condition = {
  title: "only prod-postgres",
  expression: 'resource.name == "projects/shop/instances/prod-postgres"',
};

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
  job: {
    name: "prod-shop-migrate",
    labels,
    template: {
      template: {
        serviceAccount: accountOf("migrate"),
        maxRetries: 0,
        timeout: "600s",
        containers: [{ ...background, args: ["python", "manage.py", "migrate"] }],
      },
    },
  },
  prepare: {
    name: "prod-postgres-prepare",
    labels,
    template: {
      template: {
        serviceAccount: accountOf("prepare"),
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
    annotations: excusedFrom("run-worker-probe", "celery answers no HTTP"),
    scaling: { manualInstanceCount: 1 },
    template: {
      serviceAccount: accountOf("beat"),
      containers: [{ ...background, commands: ["celery", "-A", "config", "beat"] }],
    },
  },
  member: { name: "prod-shop-web", role: "roles/run.invoker", member: "allUsers" },
  instance: {
    name: "prod-postgres",
    databaseVersion: "POSTGRES_15",
    deletionProtection: true,
    settings: {
      tier: "db-g1-small",
      databaseFlags: [
        { name: "max_connections", value: "100" },
        ...["log_checkpoints", "log_connections", "log_disconnections", "log_lock_waits"].map((name) => ({
          name,
          value: "on",
        })),
        { name: "log_temp_files", value: "0" },
      ],
      userLabels: labels,
      connectorEnforcement: "REQUIRED",
      deletionProtectionEnabled: true,
      retainBackupsOnDelete: true,
      ipConfiguration: { ipv4Enabled: true, sslMode: "ENCRYPTED_ONLY" },
      backupConfiguration: {
        enabled: true,
        pointInTimeRecoveryEnabled: true,
        backupRetentionSettings: { retainedBackups: 14 },
      },
    },
  },
  user: { instance: "prod-postgres", name: "shop" },
  administrator: { instance: "prod-postgres", name: "fleet_admin" },
  redis: { labels, authEnabled: true, transitEncryptionMode: "SERVER_AUTHENTICATION" },
  secret: { secretId: "prod-web-db", labels },
  version: { secret: "prod-web-db", deletionPolicy: "ABANDON" },
  accessor: { role: "roles/secretmanager.secretAccessor", member: `serviceAccount:${serviceAccount}` },
  projectMember: { role: "roles/cloudsql.client", member: `serviceAccount:${serviceAccount}`, condition },
  repository: { labels, cleanupPolicies: [{ id: "old", action: "DELETE" }], cleanupPolicyDryRun: false },
  image: { name: "europe-docker.pkg.dev/shop/prod/web:1a2b3c4", keepRemotely: true },
  bucket: {
    labels,
    publicAccessPrevention: "enforced",
    uniformBucketLevelAccess: true,
    versioning: { enabled: true },
  },
  alert: { userLabels: labels, notificationChannels: ["projects/shop/notificationChannels/1"] },
  uptime: { userLabels: labels, httpCheck: { path: "/health/", useSsl: true, validateSsl: true } },
} as const;

export const typeOf: Record<keyof typeof good, string> = {
  service: "gcp:cloudrunv2/service:Service",
  job: "gcp:cloudrunv2/job:Job",
  prepare: "gcp:cloudrunv2/job:Job",
  pool: "gcp:cloudrunv2/workerPool:WorkerPool",
  member: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  instance: "gcp:sql/databaseInstance:DatabaseInstance",
  user: "gcp:sql/user:User",
  administrator: "gcp:sql/user:User",
  redis: "gcp:redis/instance:Instance",
  secret: "gcp:secretmanager/secret:Secret",
  version: "gcp:secretmanager/secretVersion:SecretVersion",
  accessor: "gcp:secretmanager/secretIamMember:SecretIamMember",
  projectMember: "gcp:projects/iAMMember:IAMMember",
  repository: "gcp:artifactregistry/repository:Repository",
  image: "docker:index/registryImage:RegistryImage",
  bucket: "gcp:storage/bucket:Bucket",
  alert: "gcp:monitoring/alertPolicy:AlertPolicy",
  uptime: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
};

/** Every good resource, with some replaced or, where undefined, left out; a resource under another key of `extra` has its type beside it. */
export const stackOf = (
  changed: Partial<Record<keyof typeof good, unknown>> = {},
  extra: readonly Resource[] = [],
): Resource[] => [
  ...Object.entries({ ...good, ...changed })
    .filter(([, props]) => props !== undefined)
    .map(([name, props]) => ({
      type: typeOf[name as keyof typeof good],
      name,
      props: props as Resource["props"],
    })),
  ...extra,
];
