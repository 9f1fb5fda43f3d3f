import { djangoEnvironment, gunicorn, healthPath, migrateJob, webHealthCheck } from "./django";
import { byEnvironment, databaseUrl, redisUrl, type System } from "./vocabulary";

const env = {
  ...djangoEnvironment({ serviceName: "service_leads", host: "web" }),
  DATABASE_URL: databaseUrl("postgres", "leads"),
  REDIS_URL: redisUrl("redis", 0),
  // The front end in the cloud is one; the limit on new leads counts by the address that it tells.
  TRUSTED_PROXIES: byEnvironment({ development: "0", production: "1" }),
};

/** Leads (specification 001): leads with sources and states; Redis for cached statistics, sessions and rate limits. */
export const leads = {
  title: "Leads",
  offersNetwork: "service_network",
  secrets: {
    "django-secret-key": { length: 50 },
    "postgres-superuser-password": { length: 32 },
    "postgres-password": { length: 32 },
  },
  datastores: {
    postgres: {
      engine: "postgres",
      version: "15",
      description: "Leads database",
      databases: [{ name: "leads", user: "leads", password: "postgres-password" }],
      superuserPassword: "postgres-superuser-password",
      hostPort: 5436,
      healthCheck: { interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" },
      limits: { cpu: 1, memory: "512Mi" },
    },
    redis: {
      engine: "redis",
      version: "7",
      description: "Cache, sessions and rate limits",
      healthCheck: { interval: "10s", timeout: "5s", retries: 5, startPeriod: "5s" },
      limits: { cpu: 0.5, memory: "256Mi" },
    },
  },
  services: {
    migrate: migrateJob({ of: "leads", env }),
    web: {
      kind: "web",
      description: "Leads API",
      image: "leads",
      env: { ...env, ...gunicorn() },
      port: 8080,
      hostPort: 8086,
      healthPath,
      healthCheck: webHealthCheck,
      limits: { cpu: 1, memory: "512Mi" },
      after: ["migrate"],
    },
  },
} as const satisfies System;
