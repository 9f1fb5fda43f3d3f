import type { Verdict } from "../../ops/change/verdict";

/** A change of booking that was made to see what is said of it. */
export type PlantedChange = {
  what: string;
  /** The files that it writes, by their paths; a text that is a function gets the file's own. */
  files: Record<string, string | ((text: string) => string)>;
  /** Whether the base is what is spoilt, and the change itself mends it. */
  spoilsBase?: boolean;
  rollOut: Verdict["verdict"];
  goBack: Verdict["verdict"];
  /** What one of the reasons says, where there is one. */
  says?: RegExp;
};

const URLS = "services/reservas/config/urls.py";
const MODELS = "services/reservas/reservas/models.py";
const MIGRATION = "services/reservas/reservas/migrations/0002_change.py";

const migration = (operation: string): string => `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reservas", "0001_reservas")]
    operations = [${operation}]
`;

const sql = (statements: string): string => migration(`migrations.RunSQL("${statements}", migrations.RunSQL.noop)`);

const noted = (text: string): string => `# Changed.\n${text}`;

/** Changes of one service of booking, each with what has to be said of it. */
export const CHANGES: readonly PlantedChange[] = [
  { what: "a text", files: { [URLS]: noted }, rollOut: "safe", goBack: "safe" },
  {
    what: "a column that may be null",
    files: {
      [MIGRATION]: migration('migrations.AddField("reserva", "mesa", models.IntegerField(null=True, blank=True))'),
      [MODELS]: (text) =>
        text.replace("    notas = ", "    mesa = models.IntegerField(null=True, blank=True)\n    notas = "),
    },
    rollOut: "safe",
    goBack: "safe",
  },
  {
    what: "an index that is made while nobody may write",
    files: { [MIGRATION]: sql("LOCK TABLE reservas_reserva IN SHARE MODE; SELECT pg_sleep(4)") },
    rollOut: "window",
    goBack: "safe",
    says: /reservas_reserva was locked for .+ s: .*LOCK TABLE|reservas_reserva was locked for/,
  },
  {
    what: "a column that is dropped while the old code reads it",
    files: {
      [MIGRATION]: sql("ALTER TABLE reservas_reserva DROP COLUMN notas"),
      [URLS]: noted,
    },
    rollOut: "unsafe",
    goBack: "unsafe",
    says: /booking\/reservas: \d+ of \d+ requests failed while it was rolled out: .*500/,
  },
  {
    what: "a column without a default that the old code does not fill",
    files: {
      [MIGRATION]: sql("DELETE FROM reservas_reserva; ALTER TABLE reservas_reserva ADD COLUMN mesa integer NOT NULL"),
      [URLS]: noted,
    },
    rollOut: "unsafe",
    goBack: "unsafe",
    says: /requests failed while it was rolled out: POST \/api\/v1\/reservas\/: 500|has lost \d+ of \d+ rows/,
  },
  {
    what: "a migration that fails half-way",
    files: { [MIGRATION]: sql("ALTER TABLE reservas_reserva ADD COLUMN mesa integer; SELECT * FROM no_such_table") },
    rollOut: "unsafe",
    goBack: "not judged",
    says: /the branch cannot be applied: .*booking\/reservas-migrate failed/s,
  },
  {
    what: "a start that fails",
    files: { [URLS]: (text) => `${text}\nraise RuntimeError("it does not start")\n` },
    rollOut: "unsafe",
    goBack: "not judged",
    says: /the branch cannot be applied: .*(is not ready|reservas-migrate failed)/s,
  },
  {
    what: "a mended base that cannot start itself",
    files: { [URLS]: (text) => `${text}\nraise RuntimeError("it does not start")\n` },
    spoilsBase: true,
    rollOut: "not judged",
    goBack: "not judged",
    says: /its own program could not be applied/,
  },
];
