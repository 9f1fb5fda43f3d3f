import { djangoEnvironment, gunicorn, healthPath, migrateJob, webHealthCheck } from "./django";
import {
  databaseUrl,
  hotReload,
  messagingUrl,
  redisUrl,
  secret,
  topicArn,
  type Background,
  type HealthCheck,
  type System,
} from "./vocabulary";

const env = {
  ...djangoEnvironment({ serviceName: "marketplace", host: "web" }),
  DATABASE_URL: databaseUrl("postgres", "marketplace"),
  REDIS_URL: redisUrl("redis", 0),
  CELERY_BROKER_URL: redisUrl("redis", 1),
  CELERY_RESULT_BACKEND: redisUrl("redis", 2),
  AWS_DEFAULT_REGION: "us-east-1",
  // LocalStack takes any keys, and is then the account 000000000000.
  AWS_ACCESS_KEY_ID: secret("aws-access-key-id"),
  AWS_SECRET_ACCESS_KEY: secret("aws-secret-access-key"),
  AWS_SNS_ENDPOINT_URL: messagingUrl("localstack"),
  AWS_SQS_ENDPOINT_URL: messagingUrl("localstack"),
  FLASH_PROMO_TOPIC_ARN: topicArn("localstack", "flash-promos"),
};

/** Limits and reservations of specification 002. */
const size = { limits: { cpu: 0.5, memory: "512Mi" }, reserves: { cpu: 0.25, memory: "256Mi" } } as const;
const datastoreHealthCheck: HealthCheck = { interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" };

const celery = ["celery", "--quiet", "-A", "config"] as const;

/** A process without a port: it starts anew at each edit, and touches a file while it works. */
const background = ({
  kind,
  description,
  command,
  after,
}: Pick<Background, "kind" | "description"> & { command: readonly string[]; after: readonly string[] }) =>
  ({
    kind,
    description,
    image: "marketplace",
    command: ["python", "-m", "background.run", ...command],
    env: { ...env, HOT_RELOAD: hotReload() },
    healthCommand: ["python", "-m", "chassis.heartbeat", "--max-age", "30"],
    healthCheck: { interval: "5s", timeout: "5s", retries: 5, startPeriod: "40s" },
    after,
    ...size,
  }) as const satisfies Background;

/** Marketplace (specification 002): stores on a map, flash promos that travel through SNS and SQS and end on time. */
export const marketplace = {
  title: "Marketplace",
  secrets: {
    "django-secret-key": { length: 50 },
    "postgres-superuser-password": { length: 32 },
    "postgres-password": { length: 32 },
    "aws-access-key-id": { length: 20, fromOutside: true },
    "aws-secret-access-key": { length: 40, fromOutside: true },
  },
  datastores: {
    postgres: {
      engine: "postgis",
      version: "15",
      description: "Stores and promos",
      databases: [{ name: "marketplace", user: "marketplace", password: "postgres-password", extensions: ["postgis"] }],
      superuserPassword: "postgres-superuser-password",
      hostPort: 5432,
      healthCheck: datastoreHealthCheck,
      limits: { cpu: 1, memory: "512Mi" },
    },
    redis: {
      engine: "redis",
      version: "7",
      description: "Cache and broker",
      hostPort: 6379,
      healthCheck: datastoreHealthCheck,
      limits: { cpu: 0.5, memory: "256Mi" },
    },
    localstack: {
      engine: "messaging",
      version: "4.14.0",
      description: "SNS and SQS",
      hostPort: 4566,
      healthCheck: datastoreHealthCheck,
      // It holds 500 MiB at rest.
      limits: { cpu: 1, memory: "1024Mi" },
    },
  },
  services: {
    migrate: migrateJob({ of: "marketplace", env }),
    "ensure-messaging": {
      kind: "job",
      description: "Makes topic, queues and subscription",
      image: "marketplace",
      command: ["python", "manage.py", "ensure_messaging"],
      env,
      limits: { cpu: 1, memory: "512Mi" },
      rerunOn: "messaging",
    },
    web: {
      kind: "web",
      description: "Marketplace API",
      image: "marketplace",
      env: { ...env, ...gunicorn() },
      port: 8000,
      hostPort: 8001,
      healthPath,
      healthCheck: webHealthCheck,
      after: ["migrate", "ensure-messaging"],
      ...size,
    },
    worker: background({
      kind: "worker",
      description: "Celery worker",
      command: [...celery, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat"],
      after: ["migrate", "ensure-messaging"],
    }),
    beat: background({
      kind: "scheduler",
      description: "Celery beat, exactly one",
      command: [...celery, "beat"],
      after: ["migrate"],
    }),
    consumer: background({
      kind: "worker",
      description: "Applies flash promos from the queue",
      command: ["python", "manage.py", "consume_promos"],
      after: ["migrate", "ensure-messaging"],
    }),
  },
} as const satisfies System;
