import { readFileSync } from "node:fs";
import { appended, CATALOGUE, migration, MIGRATION, MODELS, replaced, URLS, type PlantedChange } from "./planted";

/** A package with its hashes from another service's lock. */
const locked = (name: string): string => {
  const lock = readFileSync("services/marketplace/requirements/base.txt", "utf8");
  const [found] = new RegExp(`^${name}==[^\\n]*(\\n {4}--hash[^\\n]*)+`, "m").exec(lock) ?? [];
  if (found === undefined) throw new Error(`marketplace has no ${name} any more`);
  return found;
};

const changes: Omit<PlantedChange, "rollOut" | "goBack">[] = [
  { what: "a text", files: { [URLS]: appended("# Changed.") } },
  {
    what: "a new endpoint",
    files: {
      [URLS]: (text) =>
        appended(
          'from django.http import JsonResponse\n\nurlpatterns += [path("api/v1/version/", lambda request: JsonResponse({"version": 2}))]',
        )(text),
    },
  },
  {
    // A model that is checked before it is saved needs `blank` too, else requests without it are refused.
    what: "a column that may be null",
    files: {
      [MIGRATION]: migration(
        'migrations.AddField("meeting", "sala", models.CharField(max_length=50, null=True, blank=True))',
      ),
      [MODELS]: replaced(
        "    organizador = models.EmailField(max_length=254)",
        "    organizador = models.EmailField(max_length=254)\n    sala = models.CharField(max_length=50, null=True, blank=True)",
      ),
    },
  },
  {
    what: "an index that is made concurrently",
    files: {
      [MIGRATION]: migration(
        'AddIndexConcurrently("meeting", models.Index(fields=["updated_at"], name="meeting_updated_at"))',
        { head: "from django.contrib.postgres.operations import AddIndexConcurrently" },
      ).replace("    dependencies", "    atomic = False\n    dependencies"),
      [MODELS]: replaced(
        '            models.Index(fields=["inicio", "id"], name="meeting_inicio"),',
        '            models.Index(fields=["inicio", "id"], name="meeting_inicio"),\n            models.Index(fields=["updated_at"], name="meeting_updated_at"),',
      ),
    },
  },
  {
    what: "a new service",
    files: {
      [CATALOGUE]: replaced(
        "    worker: worker({",
        '    second: worker({\n      description: "Another worker",\n      command: ["python", "-m", "worker"],\n      maxHeartbeatAge: 20,\n      limits: { cpu: 0.5, memory: "256Mi" },\n    }),\n    worker: worker({',
      ),
    },
  },
  {
    what: "a setting",
    files: {
      [CATALOGUE]: replaced(
        '      GOOGLE_CALENDAR_ID: secret("google-calendar-id"),',
        '      GOOGLE_CALENDAR_ID: secret("google-calendar-id"),\n        CELERY_CONCURRENCY: "3",',
      ),
    },
  },
  {
    what: "a dependency",
    files: { "services/meet/requirements/base.txt": (text) => `${text.trimEnd()}\n${locked("jmespath")}\n` },
  },
  {
    what: "more memory",
    files: { [CATALOGUE]: replaced('memory: "256Mi"', 'memory: "640Mi"') },
  },
];

/** Changes that nobody notices. */
export const HARMLESS: readonly PlantedChange[] = changes.map((change) => ({
  ...change,
  ...{ rollOut: "safe", goBack: "safe" },
}));
