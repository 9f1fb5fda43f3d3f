import { django, POOL, postgres, redis, system } from "./recipes";
import { byEnvironment, databaseUrl, redisUrl } from "./vocabulary";

const { clearSessions, migrate, web } = django({
  folder: "leads",
  serviceName: "service_leads",
  env: {
    DATABASE_URL: databaseUrl("postgres", "leads"),
    REDIS_URL: redisUrl("redis", 0),
    // The cloud has one proxy; the limit on new leads counts by the client address that it forwards.
    TRUSTED_PROXIES: byEnvironment({ development: "0", production: "1" }),
  },
});

/** Leads (specification 001): leads with sources and states; Redis for cached statistics, sessions and rate limits. */
export const leads = system({
  title: "Leads",
  offersNetwork: "service_network",
  datastores: {
    postgres: postgres({
      description: "Leads database",
      databases: [{ name: "leads", password: "postgres-password" }],
      hostPort: 5436,
      healthCheck: { interval: "10s", timeout: "5s", retries: 5, startPeriod: "10s" },
    }),
    redis: redis({
      description: "Cache, sessions and rate limits",
      healthCheck: { interval: "10s", timeout: "5s", retries: 5, startPeriod: "5s" },
    }),
  },
  services: {
    migrate: migrate(),
    "clear-sessions": clearSessions(),
    web: web({ description: "Leads API", port: 8080, hostPort: 8086, pool: POOL }),
  },
});
