import {
  appended,
  CATALOGUE,
  middleware,
  migration,
  MIGRATION,
  MODELS,
  replaced,
  SETTINGS,
  sql,
  TASKS,
  URLS,
  type PlantedChange,
} from "./planted";

const DESCRIPCION = "    descripcion = models.TextField(max_length=5000, blank=True)";
const unsafe = { rollOut: "unsafe", goBack: "unsafe" } as const;
/** It is not applied, so nobody can go back from it. */
const failing = { rollOut: "unsafe", goBack: "not judged" } as const;
const runPython = (lines: string): string =>
  migration("migrations.RunPython(planted, migrations.RunPython.noop)", {
    more: `def planted(apps, schema_editor):\n${lines
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n")}\n`,
  });

/** Changes that somebody notices, each in a phase of its own. */
export const HARMFUL: readonly PlantedChange[] = [
  {
    what: "a column that is dropped while the old code reads it",
    files: {
      [MIGRATION]: sql(
        "ALTER TABLE meetings_meeting ADD COLUMN texto text NOT NULL DEFAULT ''; ALTER TABLE meetings_meeting DROP COLUMN descripcion",
      ),
      [MODELS]: replaced(DESCRIPCION, DESCRIPCION.replace("(", '(db_column="texto", default="", ')),
    },
    ...unsafe,
    says: /meet\/web: \d+ of \d+ requests failed .*500/,
  },
  {
    what: "a column that is renamed while the old code reads it",
    files: {
      [MIGRATION]: migration(
        'migrations.AlterField("meeting", "descripcion", models.TextField(db_column="texto", blank=True, max_length=5000))',
      ),
      [MODELS]: replaced(DESCRIPCION, DESCRIPCION.replace("(", '(db_column="texto", ')),
    },
    ...unsafe,
    says: /meet\/web: \d+ of \d+ requests failed .*500/,
  },
  {
    what: "a column that is not null and has no default",
    files: {
      [MIGRATION]: migration('migrations.AddField("meeting", "sala", models.CharField(max_length=50, default="una"))'),
      [MODELS]: replaced(DESCRIPCION, `${DESCRIPCION}\n    sala = models.CharField(max_length=50, default="una")`),
    },
    ...unsafe,
    says: /meet\/web: \d+ of \d+ requests failed .*POST \/api\/v1\/meetings\/: 500/,
  },
  {
    what: "a long lock on a filled table",
    files: { [MIGRATION]: sql("LOCK TABLE meetings_meeting IN SHARE MODE; SELECT pg_sleep(4)") },
    ...{ rollOut: "window", goBack: "safe" },
    says: /meetings_meeting was locked for .+ s/,
  },
  {
    what: "a data migration that fails half-way",
    files: {
      [MIGRATION]: runPython(
        'for number, one in enumerate(apps.get_model("meetings", "meeting").objects.all()):\n    one.titulo = one.titulo.upper()\n    one.save()\n    assert number < 100, "the hundredth is odd"',
      ),
    },
    ...failing,
    says: /the branch cannot be applied: .*meet\/migrate failed/s,
  },
  {
    what: "a unique constraint on duplicated data",
    files: {
      [MIGRATION]: migration(
        'migrations.AddConstraint("participant", models.UniqueConstraint(fields=["meeting"], name="one_guest"))',
      ),
    },
    ...failing,
    says: /the branch cannot be applied: .*meet\/migrate failed/s,
  },
  {
    what: "a migration that waits for a lock for ever",
    files: {
      [MIGRATION]: runPython(
        'other = connections.create_connection("default")\nother.set_autocommit(False)\nother.cursor().execute("LOCK TABLE meetings_meeting")\nschema_editor.execute("ALTER TABLE meetings_meeting ADD COLUMN sala text")',
      ),
    },
    ...failing,
    says: /the branch cannot be applied: .*meet\/migrate failed/s,
  },
  {
    what: "a worker that no longer reads the old messages",
    files: { [TASKS]: replaced("@shared_task(\n", '@shared_task(\n    name="meetings.sync",\n') },
    ...unsafe,
    says: /meet-worker: .*(unregistered task|KeyError)/,
  },
  {
    what: "another name of a secret",
    files: { [SETTINGS]: replaced("env.finish()", 'env.text("CALENDAR_TOKEN")\nenv.finish()') },
    ...failing,
    says: /the branch cannot be applied: .*meet\/migrate failed.*CALENDAR_TOKEN|meet\/migrate failed/s,
  },
  {
    what: "a start that fails",
    files: { [URLS]: appended('raise RuntimeError("it does not start")') },
    ...failing,
    says: /the branch cannot be applied: .*(is not ready|migrate failed)/s,
  },
  {
    what: "a start that takes too long",
    files: {
      "services/meet/config/wsgi.py": replaced("application =", "import time\n\ntime.sleep(600)\napplication ="),
    },
    ...failing,
    says: /the branch cannot be applied: .*(not ready|failed to start)/s,
  },
  {
    what: "5 % errors",
    files: middleware("if next(COUNT) % 20 == 0:\n    return HttpResponse(status=500)"),
    ...{ rollOut: "unsafe", goBack: "safe" },
    says: /meet\/web: \d+ of \d+ requests failed once it was rolled out: .*500/,
  },
  {
    what: "a leak of memory",
    files: middleware('KEPT.append(b"x" * 20_000_000)'),
    ...{ rollOut: "unsafe", goBack: "safe" },
    says: /meet-web: (took more memory than it has|.*SIGKILL)|meet\/web: \d+ of \d+ requests failed/,
  },
  {
    what: "a worker that does not hear SIGTERM",
    files: {
      [CATALOGUE]: replaced(
        'command: ["python", "-m", "worker"]',
        'command: ["sh", "-c", "trap \'\' TERM; python -m worker; exit 0"]',
      ),
    },
    ...{ rollOut: "safe", goBack: "unsafe" },
    says: /meet-worker: did not end within ten seconds of SIGTERM, and was killed/,
  },
  {
    what: "another format of sessions",
    files: { [SETTINGS]: appended('SESSION_COOKIE_NAME = "meet_session"') },
    ...{ rollOut: "unsafe", goBack: "safe" },
    says: /somebody who logged in before looks at the back office" failed .*302/,
  },
  {
    what: "an image without static files",
    files: { [SETTINGS]: appended('if env.text("POSTGRES_HOST", default=""):\n    STATIC_ROOT = "/srv/nowhere"') },
    ...{ rollOut: "unsafe", goBack: "safe" },
    says: /back office" failed|the style of the back office is there" failed/,
  },
  {
    what: "two heads of migrations",
    files: {
      [MIGRATION]: sql("SELECT 1"),
      "services/meet/meetings/migrations/0004_other.py": sql("SELECT 2"),
    },
    ...failing,
    says: /the branch cannot be applied: .*meet\/migrate failed/s,
  },
  {
    what: "a mended base that cannot start itself",
    files: { [URLS]: appended('raise RuntimeError("it does not start")') },
    spoilsBase: true,
    ...{ rollOut: "not judged", goBack: "not judged" },
    says: /its own program could not be applied/,
  },
];
