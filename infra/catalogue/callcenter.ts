import { django, mariadb, POOL, postgres, system } from "./recipes";
import { databaseUrl, whenOn } from "./vocabulary";

const { clearSessions, migrate, web } = django({
  folder: "callcenter",
  env: {
    DATABASE_URL: databaseUrl("db_postgres", "callcenterdb"),
    MARIADB_URL: whenOn("db_mariadb", databaseUrl("db_mariadb", "callcenterdb_maria")),
  },
});

/** CallCenter (specification 000): agents and calls on Postgres, a legacy archive on MariaDB when that is on. */
export const callcenter = system({
  title: "CallCenter",
  datastores: {
    db_postgres: postgres({
      description: "Main database",
      databases: [{ name: "callcenterdb", user: "django_user", password: "db-postgres-password" }],
    }),
    db_mariadb: mariadb({
      description: "Legacy archive",
      databases: [{ name: "callcenterdb_maria", user: "django_user", password: "db-mariadb-password" }],
    }),
  },
  services: {
    migrate: migrate(),
    "migrate-mariadb": migrate({ database: "mariadb", onlyWith: "db_mariadb" }),
    "clear-sessions": clearSessions(),
    web: web({
      description: "Django application",
      port: 8000,
      hostPort: 8000,
      pool: POOL,
      after: ["migrate", "migrate-mariadb"],
    }),
  },
});
