import assert from "node:assert/strict";
import Docker from "dockerode";
import { reviewNow } from "../../../ops/django/migrations/ask";
import { compareWith, failedIn, reviewed } from "../../../ops/django/migrations/base-tests";
import { withLocks } from "../../../ops/django/migrations/locks";
import { readReview, testsInWords, textOf, type Review } from "../../../ops/django/migrations/review";
import type { RunningStack } from "../../../ops/stack/running";

const review: Review = {
  vendor: "postgresql",
  steps: [
    {
      migration: "leads.0003_more",
      operations: [
        { does: "Add field x to lead", findings: [] },
        { does: "Raw SQL operation", findings: [{ kind: "not judged", says: "it runs SQL of its own" }] },
      ],
      findings: [{ kind: "locks", says: "nobody writes while an index is built: CREATE INDEX" }],
      sql: "",
    },
  ],
  backup: ["leads.0003_more: not judged: it runs SQL of its own"],
};

describe("the review of a job's migrations", () => {
  it("names each operation with what is said of it, and why a backup comes first", () => {
    assert.equal(
      textOf({ job: "leads/migrate", review }),
      [
        "leads/migrate: 1 to apply",
        "  leads.0003_more",
        "    [locks: nobody writes while an index is built: CREATE INDEX]",
        "    Add field x to lead",
        "    Raw SQL operation  [not judged: it runs SQL of its own]",
        "  a backup comes first: leads.0003_more: not judged: it runs SQL of its own",
      ].join("\n"),
    );
    const harmless = { ...review, backup: [] };
    assert.match(textOf({ job: "leads/migrate", review: harmless }), /\n {2}no backup is needed$/);
  });

  it("says that there is nothing, or nothing that could be applied", () => {
    const job = "leads/migrate";
    assert.equal(textOf({ job, review: { ...review, steps: [], backup: [] } }), "leads/migrate: nothing to apply");
    const problem = "conflicting migrations, to be merged first";
    assert.equal(textOf({ job, review: { ...review, steps: [], backup: [], problem } }), `leads/migrate: ${problem}`);
  });

  it("is read as data of a known shape: a service's code has printed it", () => {
    assert.deepEqual(readReview(JSON.stringify({ message: "any", review })), review);
    for (const line of ["", "{}", '{"review":{"steps":[]}}', JSON.stringify({ review: { ...review, backup: [{}] } })])
      assert.throws(() => readReview(line), Error, line);
  });

  it("does not judge the locks of another database than Postgres, and says so once", () => {
    const [step] = review.steps;
    const mysql = { ...review, vendor: "mysql", steps: [{ ...step!, findings: [], sql: "ALTER TABLE x ADD y int;" }] };
    assert.deepEqual(withLocks(mysql).steps[0]?.findings, [
      { kind: "not judged", says: "what locks, for the rules are those of Postgres, and this is mysql" },
    ]);
  });
});

describe("a job with another command", () => {
  const job = { system: "leads", name: "migrate", kind: "job", container: "none" };

  it("is not judged, and stops the review of no other one", async () => {
    const bench = { must: () => Promise.reject(new Error("it is run")) };
    for (const command of [["./migrate.sh"], ["python", "manage.py", "migrate", "leads", "0002"]]) {
      for (const told of [
        await reviewNow({ docker: new Docker(), job: { ...job, command } }),
        await reviewed(bench, { ...job, command }),
      ])
        assert.match(
          textOf({ job: "leads/migrate", review: told }),
          /^leads\/migrate: nobody knows what is to apply\n {2}a backup comes first: not judged: its command is not `/,
        );
    }
  });
});

describe("the tests of the code of before", () => {
  it("are none where that has no such service", async () => {
    const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const part = { system: "leads", name: "web", kind: "web", container: "none", folder: "leads" };
    const of = { running: {} as RunningStack, part, jobs: [] };
    assert.equal(await compareWith({ ...of, base: { ref: "v1", commit: EMPTY_TREE } }), "v1 does not have it");
  });

  it("are those that pytest's summary names", () => {
    const printed = [
      "FAILED tests/test_a.py::test_x[a b] - AssertionError: FAILED tests/test_b.py::no",
      "ERROR tests/test_c.py::TestIt::test_y - OperationalError",
      "ERROR no test at all",
      "2 failed, 3 passed",
    ].join("\n");
    assert.deepEqual(failedIn(printed), ["tests/test_a.py::test_x[a b]", "tests/test_c.py::TestIt::test_y"]);
  });

  it("are told in the review's words, the first five by name", () => {
    const failed = ["a", "b", "c", "d", "e", "f", "g"];
    assert.equal(testsInWords({ ref: "main", verdict: "pass", failed: [] }), "the tests of main pass on this schema");
    assert.equal(
      testsInWords({ ref: "main", verdict: "fail", failed }),
      "breaks the code that still serves: 7 of the tests of main fail on this schema: a, b, c, d, e, 2 more",
    );
    const why = "exit code 5";
    assert.equal(
      testsInWords({ ref: "main", verdict: "not judged", failed: [], why }),
      "not judged: the tests of main (exit code 5)",
    );
  });
});
