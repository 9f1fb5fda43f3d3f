import { expect } from "chai";
import { findingsOf, inWords, type Review } from "../../../ops/django/migrations/review";
import { djangoPython, reviewed } from "./reviewed";

const said = ({ steps }: Review): string[] => steps.flatMap(findingsOf).map(inWords);

/** An operation of a project's own, and a function for RunPython: both empty the table. */
const EMPTIES = `
def empty(apps, editor):
    editor.connection.cursor().execute("DELETE FROM planted_thing")

class Empty(migrations.operations.base.Operation):
    reversible = True
    def state_forwards(self, app, state):
        pass
    def database_forwards(self, app, editor, before, after):
        empty(None, editor)
`;

describe("a review of migrations", function () {
  this.timeout(120_000);
  before(() => void djangoPython());

  it("runs nothing of them: not what an operation of Django's holds, nor a foreign operation, nor a default's code", () => {
    const inner = "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunPython(empty)])";
    for (const operations of [inner, "Empty()", "migrations.RunPython(empty)"]) {
      const review = reviewed({ operations, code: EMPTIES });
      expect(review.rows, operations).to.equal(2);
      expect(review.backup, operations).to.have.length(1);
      const isLeftOut = said(review).includes("not judged: what locks, for it runs code of its own");
      // Django itself leaves RunPython out.
      expect(isLeftOut, operations).to.equal(!operations.startsWith("migrations.RunPython"));
    }
    const code = `
def default():
    from django.db import connection
    connection.cursor().execute("DELETE FROM planted_thing")
    return ""`;
    const operations = 'migrations.AddField("thing", "more", models.TextField(default=default, null=True))';
    const review = reviewed({ operations, code });
    expect(review.rows).to.equal(2);
    expect(review.steps[0]?.sql).to.match(/ADD COLUMN|CREATE TABLE/);
  });

  it("asks a router only of Django's own operations, and each by the model that it asks of", () => {
    const settings = 'DATABASE_ROUTERS = ["router.Router"]';
    const router = (allows: string): Record<string, string> => ({
      "router.py": `class Router:\n    def allow_migrate(self, db, app, model_name=None, **hints):\n        return ${allows}\n`,
    });
    const code = EMPTIES;
    const foreign = reviewed({ operations: "Empty()", code, settings, files: router('model_name == "thing"') });
    expect(foreign.backup).to.have.length(1);
    const operations = 'migrations.RenameModel("Thing", "Matter")';
    const files = router('model_name in ("thing", "matter")');
    expect(said(reviewed({ operations, settings, files }))).to.deep.include(
      "breaks the code that still serves: table planted_thing is renamed to planted_matter",
    );
    const none = reviewed({ operations, settings, files: router('model_name == "thing"') });
    expect(none.steps[0]?.operations).to.deep.equal([]);
  });

  it("knows what the same migrations made under the name that it has by now", () => {
    const add = 'migrations.AddField("thing", "tmp", models.TextField(null=True))';
    const rename = (from: string, to: string): string => `migrations.RenameField("thing", "${from}", "${to}")`;
    const remove = (name: string): string => `migrations.RemoveField("thing", "${name}")`;
    const backup = (...operations: string[]): string[] => reviewed({ operations: operations.join(", ") }).backup;
    const lost = /loses data: (column|table) planted_\w+(\.tmp)? is dropped/;
    expect(backup(add, rename("tmp", "kept"), rename("name", "tmp"), remove("tmp"))).to.have.length(1);
    expect(backup(add, remove("tmp"), rename("name", "tmp"), remove("tmp"))[0]).to.match(lost);
    const state = `migrations.SeparateDatabaseAndState(state_operations=[${remove("tmp")}, ${rename("name", "tmp")}])`;
    expect(backup(add, state, remove("tmp"))[0]).to.match(lost);
    expect(backup(add, rename("tmp", "other"), remove("other"))).to.deep.equal([]);
    expect(backup(add, 'migrations.RenameModel("Thing", "Matter")', 'migrations.RemoveField("matter", "tmp")')).to.be
      .empty;

    const make = 'migrations.CreateModel("Tmp", [("id", models.AutoField(primary_key=True))])';
    const swap = ['migrations.RenameModel("Tmp", "Kept")', 'migrations.RenameModel("Thing", "Tmp")'];
    expect(backup(make, ...swap, 'migrations.DeleteModel("Tmp")')[0]).to.match(lost);
    expect(backup(make, ...swap, 'migrations.DeleteModel("Kept")')).to.deep.equal([]);
    const again = ['migrations.DeleteModel("Tmp")', swap[1]!, 'migrations.DeleteModel("Tmp")'];
    expect(backup(make, ...again)[0]).to.match(lost);
  });

  it("does not judge another command than Django's own migrate", () => {
    const files = {
      "planted/management/commands/migrate.py": "from django.core.management.commands.migrate import Command",
    };
    const { steps, backup } = reviewed({ operations: "", files });
    expect([steps, backup]).to.deep.equal([[], ["not judged: the command migrate is that of planted"]]);
  });

  it("says what a column checks from now on", () => {
    const operations = 'migrations.AlterField("thing", "name", models.JSONField())';
    expect(said(reviewed({ operations })).join()).to.include(
      "column planted_thing.name gets the constraint (JSON_VALID(",
    );
  });

  it("says that an index made concurrently is left invalid where its migration keeps the limit for locks", () => {
    const code = `
class AddIndexConcurrently(migrations.AddIndex):
    pass
AddIndexConcurrently.__module__ = "django.contrib.postgres.operations"
RunSQL = migrations.RunSQL`;
    const add = 'AddIndexConcurrently("thing", models.Index(fields=["name"], name="by_name"))';
    const [off, on] = [
      'RunSQL("SET lock_timeout = 0", "RESET lock_timeout")',
      'RunSQL("RESET lock_timeout", "SET lock_timeout = 0")',
    ];
    const invalid = /^locks: index by_name waits .* left INVALID/;
    const make =
      'migrations.CreateModel("Other", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())])';
    for (const operations of [add, `${off}, ${on}, ${add}`, `${make}, ${add.replace("thing", "other")}`])
      expect(said(reviewed({ operations, code })).join(), operations).to.match(invalid);
    const patient = reviewed({ operations: `${off}, ${add}, ${on}`, code });
    expect([said(patient), patient.backup]).to.deep.equal([[], []]);
    const more = 'RunSQL("SET lock_timeout = 0; DELETE FROM planted_thing", "")';
    expect(reviewed({ operations: more, code }).backup).to.have.length(1);
  });
});
