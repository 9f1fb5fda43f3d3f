import assert from "node:assert/strict";
import { testLines } from "../../../ops/change/base-tests";
import { linesOf } from "../../../ops/change/reviews";
import type { Review } from "../../../ops/django/migrations/review";

const review = (migrations: readonly string[]): Review => ({
  vendor: "postgresql",
  steps: migrations.map((migration) => ({ migration, operations: [], findings: [], sql: "" })),
  backup: [],
});

describe("the reviews in the report of a change", () => {
  it("are told by job, and a migration that none has is not judged", () => {
    const reviews = [
      { job: "change-leads-migrate", review: review(["leads.0003_a"]) },
      { job: "change-meet-migrate", review: review([]) },
    ];
    const applied = ["leads.0003_a", "leads.0004_b"].map((name) => ({ database: "i/leads", name, ms: 1 }));
    assert.deepEqual(linesOf(reviews, applied), [
      "change-leads-migrate: 1 to apply",
      "leads.0003_a",
      "no backup is needed",
      "leads.0004_b: not judged: its job wrote no review",
    ]);
  });

  it("are followed by how the base's own tests do, or why nobody knows", () => {
    const tests = { ref: "0123", verdict: "pass", failed: [] } as const;
    assert.deepEqual(testLines(undefined, "main"), []);
    assert.deepEqual(testLines([{ service: "leads/web", tests: { ...tests, failed: [] } }], "main"), [
      "leads/web: the tests of main pass on this schema",
    ]);
    assert.deepEqual(testLines({ why: "no disk" }, "main"), [
      "not judged: the tests of main, for no stack could be made for them: no disk",
    ]);
  });
});
