import { djangoEnvironment, gunicorn, migrateJob, webHealthCheck } from "./django";
import { databasePart, hotReload, redisUrl, type System } from "./vocabulary";

const env = {
  ...djangoEnvironment({ serviceName: "meet", host: "web" }),
  POSTGRES_DB: databasePart("postgres", "meet", "name"),
  POSTGRES_USER: databasePart("postgres", "meet", "user"),
  POSTGRES_PASSWORD: databasePart("postgres", "meet", "password"),
  POSTGRES_HOST: databasePart("postgres", "meet", "host"),
  POSTGRES_PORT: databasePart("postgres", "meet", "port"),
  CELERY_BROKER_URL: redisUrl("redis", 0),
  MEDIA_ROOT: "/srv/media",
};

/** Meet (specification 004): meetings without overlaps, and a worker that tells the Google calendar. */
export const meet = {
  title: "Meet",
  secrets: {
    "django-secret-key": { length: 50 },
    "postgres-superuser-password": { length: 32 },
    "postgres-password": { length: 32 },
  },
  // Static files are in the image and logs go to stdout: media alone has to outlive a container.
  volumes: { media: { description: "Uploaded files" } },
  datastores: {
    postgres: {
      engine: "postgres",
      version: "15",
      description: "Meetings",
      databases: [{ name: "meet", user: "meet", password: "postgres-password", extensions: ["btree_gist"] }],
      superuserPassword: "postgres-superuser-password",
      healthCheck: { interval: "5s", timeout: "5s", retries: 10, startPeriod: "10s" },
      limits: { cpu: 1, memory: "512Mi" },
    },
    redis: {
      engine: "redis",
      version: "7",
      description: "Broker",
      healthCheck: { interval: "5s", timeout: "5s", retries: 5, startPeriod: "5s" },
      limits: { cpu: 0.5, memory: "128Mi" },
    },
  },
  services: {
    migrate: migrateJob({ of: "meet", env }),
    web: {
      kind: "web",
      description: "Meetings API",
      image: "meet",
      env: { ...env, ...gunicorn({ workers: 4 }) },
      port: 8000,
      hostPort: 8002,
      healthPath: "/api/v1/health/",
      healthCheck: webHealthCheck,
      limits: { cpu: 1, memory: "512Mi" },
      mounts: { media: "/srv/media" },
      after: ["migrate"],
    },
    worker: {
      kind: "worker",
      description: "Celery worker",
      image: "meet",
      command: ["python", "-m", "worker"],
      env: { ...env, CELERY_RELOAD: hotReload() },
      healthCommand: ["python", "-m", "chassis.heartbeat", "--max-age", "20"],
      healthCheck: webHealthCheck,
      limits: { cpu: 0.5, memory: "256Mi" },
      after: ["migrate"],
    },
  },
} as const satisfies System;
