import { databaseParts, django, postgres, system } from "./recipes";
import { byEnvironment, urlOf, type EnvValue, type Serving, type Web } from "./vocabulary";

const project = (folder: string) =>
  django({
    folder,
    host: folder,
    secretKey: `${folder}-django-secret-key`,
    env: databaseParts("postgres", folder),
    // A laptop has one for each thread; Cloud SQL's small tiers allow 25 to 50 connections.
    pool: { development: 4, production: 1 },
  });

const usuarios = project("usuarios");
const reservas = project("reservas");

/** Specification 003: port 8080, 0 to 10 instances, and gunicorn without a time-out. */
const web = (options: Pick<Web, "description" | "hostPort"> & { env?: Record<string, EnvValue>; after: string[] }) => ({
  ...options,
  port: 8080,
  scaling: { min: 0, max: 10 },
  serving: { workerTimeout: "0s" } satisfies Partial<Serving>,
});

/** Booking (specification 003): two independent services on one Postgres server, a database and a user for each. */
export const booking = system({
  title: "Booking",
  secretKeys: ["reservas-django-secret-key", "usuarios-django-secret-key"],
  datastores: {
    postgres: postgres({
      description: "Databases of reservas and usuarios",
      databases: [{ name: "reservas" }, { name: "usuarios" }],
    }),
  },
  services: {
    "usuarios-migrate": usuarios.migrate(),
    "reservas-migrate": reservas.migrate(),
    "usuarios-clear-sessions": usuarios.clearSessions({ after: ["usuarios-migrate"] }),
    "reservas-clear-sessions": reservas.clearSessions({ after: ["reservas-migrate"] }),
    usuarios: usuarios.web(web({ description: "Who books", hostPort: 8082, after: ["usuarios-migrate"] })),
    reservas: reservas.web(
      web({
        description: "What is booked",
        hostPort: 8081,
        env: {
          USUARIOS_URL: urlOf("usuarios"),
          // In the cloud a caller proves its identity.
          USUARIOS_ID_TOKEN: byEnvironment({ development: "False", production: "True" }),
        },
        after: ["reservas-migrate"],
      }),
    ),
  },
});
