import { djangoEnvironment, gunicorn, healthPath, migrateJob, webHealthCheck } from "./django";
import { databaseUrl, whenOn, type System } from "./vocabulary";

const env = {
  ...djangoEnvironment({ serviceName: "callcenter", host: "web" }),
  DATABASE_URL: databaseUrl("db_postgres", "callcenterdb"),
  MARIADB_URL: whenOn("db_mariadb", databaseUrl("db_mariadb", "callcenterdb_maria")),
};

/** CallCenter (specification 000): agents and calls on Postgres, a legacy archive on MariaDB when that is on. */
export const callcenter = {
  title: "CallCenter",
  secrets: {
    "django-secret-key": { length: 50 },
    "db-postgres-superuser-password": { length: 32 },
    "db-postgres-password": { length: 32 },
    "db-mariadb-password": { length: 32 },
    "db-mariadb-root-password": { length: 32 },
  },
  datastores: {
    db_postgres: {
      engine: "postgres",
      version: "15",
      description: "Main database",
      databases: [{ name: "callcenterdb", user: "django_user", password: "db-postgres-password" }],
      superuserPassword: "db-postgres-superuser-password",
      healthCheck: { interval: "5s", timeout: "5s", retries: 10, startPeriod: "10s" },
      limits: { cpu: 1, memory: "512Mi" },
    },
    db_mariadb: {
      engine: "mariadb",
      version: "11",
      onDemand: "mariadb",
      description: "Legacy archive",
      databases: [{ name: "callcenterdb_maria", user: "django_user", password: "db-mariadb-password" }],
      rootPassword: "db-mariadb-root-password",
      healthCheck: { interval: "5s", timeout: "5s", retries: 10, startPeriod: "30s" },
      limits: { cpu: 1, memory: "512Mi" },
    },
  },
  services: {
    migrate: migrateJob({ of: "callcenter", env }),
    "migrate-mariadb": { ...migrateJob({ of: "callcenter", database: "mariadb", env }), onlyWith: "db_mariadb" },
    web: {
      kind: "web",
      description: "Django application",
      image: "callcenter",
      env: { ...env, ...gunicorn() },
      port: 8000,
      hostPort: 8000,
      healthPath,
      healthCheck: webHealthCheck,
      limits: { cpu: 1, memory: "512Mi" },
      after: ["migrate", "migrate-mariadb"],
    },
  },
} as const satisfies System;
