import { django, messaging, POOL, postgis, redis, system } from "./recipes";
import { databaseUrl, messagingUrl, redisUrl, secret, topicArn, type HealthCheck } from "./vocabulary";

const { clearSessions, job, migrate, web, worker } = django({
  folder: "marketplace",
  env: {
    DATABASE_URL: databaseUrl("postgres", "marketplace"),
    REDIS_URL: redisUrl("redis", 0),
    CELERY_BROKER_URL: redisUrl("redis", 1),
    CELERY_RESULT_BACKEND: redisUrl("redis", 2),
    AWS_DEFAULT_REGION: "us-east-1",
    // LocalStack answers to this key alone, as the account 000000000000, and checks no signature.
    AWS_ACCESS_KEY_ID: secret("aws-access-key-id"),
    AWS_SECRET_ACCESS_KEY: secret("aws-secret-access-key"),
    AWS_SNS_ENDPOINT_URL: messagingUrl("localstack"),
    AWS_SQS_ENDPOINT_URL: messagingUrl("localstack"),
    FLASH_PROMO_TOPIC_ARN: topicArn("localstack", "flash-promos"),
  },
});

/** Limits and reservations of specification 002. */
const size = { limits: { cpu: 0.5, memory: "512Mi" }, reserves: { cpu: 0.25, memory: "256Mi" } } as const;
const healthCheck: HealthCheck = { interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" };

/** Background processes restart at each edit. */
const background = { maxHeartbeatAge: 30, ...size } as const;
const inBackground = ["python", "-m", "chassis.background"] as const;
const celery = [...inBackground, "celery", "--quiet", "-A", "config"] as const;
const afterJobs = ["migrate", "ensure-messaging"] as const;

/** Marketplace (specification 002): stores on a map, flash promos that travel through SNS and SQS and end on time. */
export const marketplace = system({
  title: "Marketplace",
  secrets: {
    "aws-access-key-id": { length: 20, fromOutside: true },
    "aws-secret-access-key": { length: 40, fromOutside: true },
  },
  datastores: {
    postgres: postgis({
      description: "Stores and promos",
      databases: [{ name: "marketplace", password: "postgres-password", extensions: ["postgis"] }],
      hostPort: 5432,
      healthCheck,
    }),
    redis: redis({ description: "Cache and broker", hostPort: 6379, healthCheck }),
    localstack: messaging({ description: "SNS and SQS", hostPort: 4566, accessKey: "aws-access-key-id" }),
  },
  services: {
    migrate: migrate(),
    "clear-sessions": clearSessions(),
    "ensure-messaging": job({
      description: "Makes topic, queues and subscription",
      command: ["ensure_messaging"],
      rerunOn: "messaging",
      takesAway: ["ensure_messaging", "--remove"],
    }),
    web: web({ description: "Marketplace API", port: 8000, hostPort: 8001, after: afterJobs, pool: POOL, ...size }),
    worker: worker({
      description: "Celery worker",
      command: [...celery, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat"],
      after: afterJobs,
      ...background,
    }),
    beat: worker({
      kind: "scheduler",
      description: "Celery beat, exactly one",
      command: [...celery, "beat"],
      ...background,
    }),
    consumer: worker({
      description: "Applies flash promos from the queue",
      command: [...inBackground, "python", "manage.py", "consume_promos"],
      after: afterJobs,
      ...background,
    }),
  },
});
