import { django, POOL, postgres, redis, system } from "./recipes";
import { databasePart, redisUrl, secret } from "./vocabulary";

const { clearSessions, migrate, web, worker } = django({
  folder: "meet",
  env: {
    POSTGRES_DB: databasePart("postgres", "meet", "name"),
    POSTGRES_USER: databasePart("postgres", "meet", "user"),
    POSTGRES_PASSWORD: databasePart("postgres", "meet", "password"),
    POSTGRES_HOST: databasePart("postgres", "meet", "host"),
    POSTGRES_PORT: databasePart("postgres", "meet", "port"),
    CELERY_BROKER_URL: redisUrl("redis", 0),
    MEDIA_ROOT: "/srv/media",
  },
});

/** Meet (specification 004): meetings without overlaps, and a worker that tells the Google calendar. */
export const meet = system({
  title: "Meet",
  // Without the account's key there is no calendar, and meetings say so; without a subject it can invite nobody.
  secrets: {
    "google-service-account-key": { optional: true },
    "google-calendar-subject": { optional: true },
    "google-calendar-id": { optional: true },
  },
  // Static files are in the image and logs go to stdout: media alone has to outlive a container.
  volumes: { media: { description: "Uploaded files" } },
  datastores: {
    postgres: postgres({
      description: "Meetings",
      databases: [{ name: "meet", password: "postgres-password", extensions: ["btree_gist"] }],
    }),
    redis: redis({ description: "Broker", limits: { cpu: 0.5, memory: "128Mi" } }),
  },
  services: {
    migrate: migrate(),
    "clear-sessions": clearSessions(),
    web: web({
      description: "Meetings API",
      port: 8000,
      hostPort: 8002,
      healthPath: "/api/v1/health/",
      serving: { processes: 4, concurrency: 16 },
      pool: POOL,
      mounts: { media: "/srv/media" },
    }),
    worker: worker({
      description: "Celery worker",
      command: ["python", "-m", "worker"],
      maxHeartbeatAge: 20,
      env: {
        GOOGLE_SERVICE_ACCOUNT_KEY: secret("google-service-account-key"),
        GOOGLE_CALENDAR_SUBJECT: secret("google-calendar-subject"),
        GOOGLE_CALENDAR_ID: secret("google-calendar-id"),
      },
      limits: { cpu: 0.5, memory: "256Mi" },
    }),
  },
});
