import { djangoEnvironment, gunicorn, healthPath, migrateJob, webHealthCheck } from "./django";
import { byEnvironment, databasePart, urlOf, type EnvValue, type System, type Web } from "./vocabulary";

/** The address of a service's own database in the parts that specification 003 names. */
const databaseEnv = (database: string) => ({
  DATABASE_NAME: databasePart("postgres", database, "name"),
  DATABASE_USER: databasePart("postgres", database, "user"),
  DATABASE_PASSWORD: databasePart("postgres", database, "password"),
  DATABASE_HOST: databasePart("postgres", database, "host"),
  DATABASE_PORT: databasePart("postgres", database, "port"),
  CLOUD_SQL_CONNECTION_NAME: databasePart("postgres", database, "instance"),
  // Connections that each gunicorn worker keeps at most: one a thread on a laptop; Cloud SQL's small tiers allow 25 to 50.
  DATABASE_POOL_SIZE: byEnvironment({ development: "4", production: "1" }),
});

const envOf = (service: string) => ({
  ...djangoEnvironment({ serviceName: service, host: service, secretKey: `${service}-django-secret-key` }),
  ...databaseEnv(service),
});

const usuariosEnv = envOf("usuarios");
const reservasEnv = {
  ...envOf("reservas"),
  USUARIOS_URL: urlOf("usuarios"),
  // In the cloud a caller proves who it is.
  USUARIOS_ID_TOKEN: byEnvironment({ development: "False", production: "True" }),
};

const web = ({
  image,
  description,
  hostPort,
  env,
}: Pick<Web, "image" | "description" | "hostPort"> & { env: Readonly<Record<string, EnvValue>> }) =>
  ({
    kind: "web",
    description,
    image,
    env: { ...env, ...gunicorn({ timeout: 0 }) },
    port: 8080,
    hostPort,
    healthPath,
    healthCheck: webHealthCheck,
    limits: { cpu: 1, memory: "512Mi" },
    after: [`${image}-migrate`],
  }) as const satisfies Web;

/** Booking (specification 003): two independent services on one Postgres server, a database and a user for each. */
export const booking = {
  title: "Booking",
  secrets: {
    "reservas-django-secret-key": { length: 50 },
    "usuarios-django-secret-key": { length: 50 },
    "postgres-superuser-password": { length: 32 },
    "reservas-database-password": { length: 32 },
    "usuarios-database-password": { length: 32 },
  },
  datastores: {
    postgres: {
      engine: "postgres",
      version: "15",
      description: "Databases of reservas and usuarios",
      databases: [
        { name: "reservas", user: "reservas", password: "reservas-database-password" },
        { name: "usuarios", user: "usuarios", password: "usuarios-database-password" },
      ],
      superuserPassword: "postgres-superuser-password",
      healthCheck: { interval: "5s", timeout: "5s", retries: 10, startPeriod: "10s" },
      limits: { cpu: 1, memory: "512Mi" },
    },
  },
  services: {
    "usuarios-migrate": migrateJob({ of: "usuarios", env: usuariosEnv }),
    "reservas-migrate": migrateJob({ of: "reservas", env: envOf("reservas") }),
    usuarios: web({ image: "usuarios", description: "Who books", hostPort: 8082, env: usuariosEnv }),
    reservas: web({ image: "reservas", description: "What is booked", hostPort: 8081, env: reservasEnv }),
  },
} as const satisfies System;
