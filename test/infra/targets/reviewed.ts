import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readReview, type Review } from "../../../ops/django/migrations/review";
import { inFleet } from "../../../ops/stack/files";

const DJANGO = "Django==5.2.19";

/** A Python that has Django and nothing more, as a review needs it; it is kept for the next time. */
export const djangoPython = (): string => {
  const folder = inFleet(`test-${DJANGO}`);
  const python = path.join(folder, "bin", "python");
  if (!existsSync(path.join(folder, "ready"))) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync("python3", ["-m", "venv", folder]);
    execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", DJANGO]);
    writeFileSync(path.join(folder, "ready"), "");
  }
  return python;
};

const SETTINGS = `
SECRET_KEY = "none"
INSTALLED_APPS = ["planted"]
DATABASES = {name: {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{name}.sqlite3"} for name in ["default", "other"]}
`;

const migration = (operations: string, after: string): string => `
from django.db import migrations, models
from planted.code import *

class Migration(migrations.Migration):
    dependencies = [${after}]
    operations = [${operations}]
`;

const FIRST = `migrations.CreateModel("Thing", [
    ("id", models.AutoField(primary_key=True)),
    ("name", models.TextField(default="")),
])`;

/** The rows that are there before a review. */
const ROWS = `
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", "planted", "0001", verbosity=0)
connection.cursor().execute("INSERT INTO planted_thing (name) VALUES ('a'), ('b')")
`;

const COUNT = `
import django
django.setup()
from django.db import connection
cursor = connection.cursor()
cursor.execute("SELECT count(*) FROM planted_thing")
print(cursor.fetchone()[0])
`;

type Planted = {
  /** Of the migration that is not applied yet. */
  operations: string;
  /** Python that its operations use. */
  code?: string;
  settings?: string;
  /** Further files of the project. */
  files?: Readonly<Record<string, string>>;
};

/** What a review says of one migration on a table of two rows, and how many rows there are then. */
export const reviewed = ({ operations, code = "", settings = "", files = {} }: Planted): Review & { rows: number } => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-reviewed-"));
  const run = (script: string): string => {
    const env = { ...process.env, DJANGO_SETTINGS_MODULE: "settings", PYTHONPATH: folder };
    return execFileSync(djangoPython(), ["-c", script], { cwd: folder, env, encoding: "utf8" });
  };
  const project: Record<string, string> = {
    "settings.py": SETTINGS + settings,
    "planted/__init__.py": "",
    "planted/code.py": `from django.db import migrations, models\n${code}`,
    "planted/migrations/__init__.py": "",
    "planted/migrations/0001_first.py": migration(FIRST, ""),
    ...files,
  };
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  try {
    for (const [name, text] of Object.entries(project)) write(name, text);
    run(ROWS);
    write("planted/migrations/0002_next.py", migration(operations, '("planted", "0001_first")'));
    const review = readReview(run(readFileSync("infra/targets/review_migrations.py", "utf8")).trim());
    return { ...review, rows: Number(run(COUNT)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
