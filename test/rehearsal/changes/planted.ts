import type { Verdict } from "../../../ops/change/verdict";

/** A change of meet (web, worker, Postgres, Redis) that was made to see what is said of it. */
export type PlantedChange = {
  what: string;
  /** The files that it writes, by their paths; a text that is a function gets the file's own. */
  files: Record<string, string | ((text: string) => string)>;
  /** Whether the base is what is spoilt, and the change itself mends it. */
  spoilsBase?: boolean;
  rollOut: Verdict["verdict"];
  goBack: Verdict["verdict"];
  /** What one of the reasons to roll out, or else to go back, says where there is one. */
  says?: RegExp;
};

export const URLS = "services/meet/config/urls.py";
export const SETTINGS = "services/meet/config/settings.py";
export const MODELS = "services/meet/meetings/models.py";
export const TASKS = "services/meet/meetings/tasks.py";
export const CATALOGUE = "infra/catalogue/meet.ts";
export const MIGRATION = "services/meet/meetings/migrations/0004_change.py";

/** A text in the place of another. @throws Error where the file does not hold it any more */
export const replaced =
  (from: string, to: string) =>
  (text: string): string => {
    if (!text.includes(from)) throw new Error(`the file does not hold: ${from}`);
    return text.replace(from, to);
  };

export const appended =
  (more: string) =>
  (text: string): string =>
    `${text}\n${more}\n`;

export const migration = (operations: string, { head = "", more = "" } = {}): string => `${head}
from django.db import connections, migrations, models

${more}

class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_calendar_tries")]
    operations = [${operations}]
`;

export const sql = (statements: string): string =>
  migration(`migrations.RunSQL("""${statements}""", migrations.RunSQL.noop)`);

/** Around every request. */
export const middleware = (lines: string): PlantedChange["files"] => ({
  [SETTINGS]: appended('MIDDLEWARE = ["config.planted.planted", *MIDDLEWARE]'),
  "services/meet/config/planted.py": `import itertools

from django.http import HttpResponse

COUNT = itertools.count(1)
KEPT = []


def planted(get_response):
    def answer(request):
${lines
  .split("\n")
  .map((line) => `        ${line}`)
  .join("\n")}
        return get_response(request)

    return answer
`,
});
