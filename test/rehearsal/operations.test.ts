import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Faults } from "../../rehearsal/faults";
import { Operations } from "../../rehearsal/operations";
import { Report } from "../../rehearsal/report";
import { Store } from "../../rehearsal/store";

describe("an operation of the rehearsed cloud", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-operations-"));
  after(() => rmSync(folder, { recursive: true }));
  const open = (): Operations => {
    const store = new Store(join(folder, "state.json"));
    return new Operations({ store, faults: new Faults(store), report: new Report(join(folder, "requests.jsonl")) });
  };

  it("that fails because its server ends is no failure: the next server begins it again", async () => {
    const before = open();
    let fail = (): void => undefined;
    const containerIsGone = new Promise<never>(
      (_, reject) => (fail = () => reject(new Error("the server does not run"))),
    );
    before.begin({ "sql.createDatabase": () => containerIsGone });
    const { name } = before.start({ name: "o", style: "sql", work: "sql.createDatabase", input: { name: "d" } });
    before.stop();
    fail();
    await before.settled();

    const next = open();
    const made: unknown[] = [];
    next.begin({ "sql.createDatabase": (input) => Promise.resolve((made.push(input), {})) });
    await next.settled();
    assert.deepEqual(made, [{ name: "d" }]);
    const { status, error } = next.get(name as string)!;
    assert.deepEqual([status, error], ["DONE", undefined]);
  });
});
