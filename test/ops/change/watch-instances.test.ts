import assert from "node:assert/strict";
import { errorIn, serviceOf } from "../../../ops/change/watch-instances";

describe("what goes wrong in an instance", () => {
  it("is of the service or pool whose revision the container runs", () => {
    const of = (name: string) => serviceOf({ name, prefix: "fleet-change" });
    assert.equal(of("fleet-change-run-change-meet-worker-00002-a1b"), "change-meet-worker");
    assert.equal(of("fleet-change-run-change-meet-web-00001-xyz-1"), "change-meet-web");
    // Another rehearsal's, a server, and a job's, whose failure the update tells.
    for (const name of [
      "fleet-changes-run-meet-web-00001-xyz",
      "fleet-change-sql-change-postgres",
      "fleet-change-run-j-x",
    ])
      assert.equal(of(name), undefined, name);
  });

  it("is an error's line, whatever differs each time", () => {
    const line = (of: object): string => JSON.stringify({ time: "2026-11-29", service: "meet", ...of });
    const trace =
      'Traceback (most recent call last):\n  File "x.py"\nTypeError: sync() takes 0 arguments but 1 was given';
    const message = "Task sync[4f1c1c4e-8f43-4a53-9c9e-000000000001] raised unexpected after 17 s\nmore";
    const told = errorIn(line({ severity: "ERROR", message, exc_info: trace }));
    assert.equal(
      told,
      "Task sync[<id>] raised unexpected after <id> s: TypeError: sync() takes <id> arguments but <id> was given",
    );
    assert.match(
      errorIn("[2026-11-29 05:00:00 +0000] [7] [ERROR] Exception in worker process") ?? "",
      /Exception in worker/,
    );
    assert.match(errorIn("Traceback (most recent call last):") ?? "", /^Traceback/);
    for (const text of [line({ severity: "WARNING", message: "ERROR" }), "an ERROR of nobody's", "null", "7", "{", ""])
      assert.equal(errorIn(text), undefined, text);
  });
});
