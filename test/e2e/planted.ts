import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { OwnStack } from "./own-stack";

/** Settings of a project of its own, in a schema of its own of the service's database. */
const SETTINGS = `
import os
from urllib.parse import urlsplit

url = urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY = "none"
INSTALLED_APPS = ["planted"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": url.username,
        "PASSWORD": url.password,
        "HOST": url.hostname,
        "PORT": url.port,
        "OPTIONS": {"options": "-c search_path=planted"},
    }
}
`;

const SCRIPT = `
folder=/tmp/planted/planted/migrations
rm -rf /tmp/planted && mkdir -p $folder && cd /tmp/planted && touch planted/__init__.py $folder/__init__.py
printf '%s' "$1" >settings.py
printf '%s' "$2" >$folder/0001_first.py
[ -z "$3" ] || printf '%s' "$3" >$folder/0002_harmless.py
[ -z "$4" ] || printf '%s' "$4" >$folder/0003_harmful.py
export DJANGO_SETTINGS_MODULE=settings
shift 4
exec "$@"`;

const textOf = (name: string): string => readFileSync(`test/e2e/planted/${name}.py`, "utf8");

/** Runs a command where the given migrations are, on a database of its own. */
export const planted = (stack: OwnStack, { harmless = false, harmful = false }, ...command: string[]) =>
  stack.fleet([
    ...["exec", "leads", "sh", "-euc", SCRIPT, "sh", SETTINGS, textOf("first")],
    ...[harmless ? textOf("harmless") : "", harmful ? textOf("harmful") : "", ...command],
  ]);

/** What is said of the migration in planted/harmful.py, by squawk first. */
export const HARMFUL = [
  'locks: nobody reads or writes while the table may be written anew: ALTER TABLE "planted_thing" ALTER COLUMN "code" TYPE varchar(30);',
  'locks: nobody reads or writes while the table may be written anew: ALTER TABLE "planted_thing" ALTER COLUMN "text" TYPE integer USING "text"::integer;',
  'locks: nobody reads or writes while an index is built: ALTER TABLE "planted_place" ADD CONSTRAINT "planted_place_name_d7ded524_uniq" UNIQUE ("name");',
  'locks: nobody reads or writes while every row is checked: ALTER TABLE "planted_thing" ALTER COLUMN "size" SET NOT NULL;',
  'locks: nobody writes while every row is checked: ALTER TABLE "planted_thing" ADD CONSTRAINT "weighs" CHECK ("weight" >= 0);',
  'locks: nobody writes while an index is built: CREATE INDEX "planted_place_name_d7ded524_like" ON "planted_place" ("name" varchar_pattern_ops);',
  'locks: nobody writes while an index is built: CREATE INDEX "by_weight" ON "planted_thing" ("weight");',
  "Add field needed to thing  [breaks the code that still serves: column planted_thing.needed is NOT NULL without a default of the database's: rows of the code of before are refused]",
  "Alter field code on thing",
  "Alter field text on thing  [breaks the code that still serves: the type of column planted_thing.text goes from text to integer]  [loses data: the type of column planted_thing.text goes from text to integer, and what does not fit is cut or refused]",
  "Alter field size on thing  [breaks the code that still serves: column planted_thing.size becomes NOT NULL]  [loses data: column planted_thing.size becomes NOT NULL, and its empty values get the default]",
  "Alter field name on place  [breaks the code that still serves: column planted_place.name becomes unique]",
  "Rename field colour on thing to color  [breaks the code that still serves: column planted_thing.colour is renamed to color]",
  "Create index by_weight on field(s) weight of model thing",
  "Create constraint weighs on model thing  [breaks the code that still serves: table planted_thing gets the constraint weighs]",
  "Raw Python operation  [not judged: it runs fill()]",
  "Raw SQL operation  [not judged: it runs SQL of its own]",
  "Rename table for note to notes  [breaks the code that still serves: table planted_note is renamed to notes]",
  "Remove field places from thing  [cannot be undone: taken back it is empty, for its data is gone]  [breaks the code that still serves: table planted_thing_places is dropped]  [loses data: table planted_thing_places is dropped with its rows]",
  "Delete model Place  [cannot be undone: taken back it is empty, for its data is gone]  [breaks the code that still serves: table planted_place is dropped]  [loses data: table planted_place is dropped with its rows]",
];

/** Why a backup comes before it. */
export const REASONS = [
  "planted.0003_harmful: loses data: the type of column planted_thing.text goes from text to integer, and what does not fit is cut or refused",
  "planted.0003_harmful: loses data: column planted_thing.size becomes NOT NULL, and its empty values get the default",
  "planted.0003_harmful: not judged: it runs fill()",
  "planted.0003_harmful: not judged: it runs SQL of its own",
  "planted.0003_harmful: loses data: table planted_thing_places is dropped with its rows",
  "planted.0003_harmful: loses data: table planted_place is dropped with its rows",
];

/** Tests of leads without its second migration, which makes sources: of that schema, of any, and of none. */
const TESTS = `
import pytest
from leads.models import Source

pytestmark = pytest.mark.django_db

def test_nobody_has_made_sources(): assert not Source.objects.exists()
def test_anything(): assert Source.objects.count() >= 0
def test_nothing(): raise AssertionError
`;

/** A commit like HEAD where leads has no second migration, and those tests alone. It is on no branch. */
export const commitWithoutSources = (folder: string): string => {
  const git = (args: readonly string[], input = ""): string => {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    const env = { ...process.env, GIT_INDEX_FILE: path.join(folder, "index") };
    return execFileSync("git", [...identity, ...args], { input, env, encoding: "utf8" }).trim();
  };
  git(["read-tree", "HEAD"]);
  git([
    "rm",
    "--quiet",
    "--cached",
    "services/leads/leads/migrations/0002_first_sources.py",
    "services/leads/tests/test_*",
  ]);
  const blob = git(["hash-object", "-w", "--stdin"], TESTS);
  git(["update-index", "--add", "--cacheinfo", `100644,${blob},services/leads/tests/test_planted.py`]);
  return git(["commit-tree", git(["write-tree"]), "-m", "Without sources"]);
};
