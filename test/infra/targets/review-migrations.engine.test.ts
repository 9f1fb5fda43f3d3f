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
});
