import assert from "node:assert/strict";
import { markdownOf } from "../../../ops/change/markdown";
import { judge, notJudged, type Measured } from "../../../ops/change/verdict";

const measured: Measured = {
  filled: { "meet/web": { why: "it has no command create_test_data" } },
  traffic: [
    { phase: "after", service: "meet/web", asked: 4, failed: { "GET /: 500": 2 }, medianMs: 1, p95Ms: 2, longestMs: 3 },
    { phase: "before", service: "meet/web", asked: 9, failed: {}, medianMs: 1, p95Ms: 2, longestMs: 3 },
  ],
  failedSteps: [],
  unheard: [],
  mishaps: [],
  isBlind: false,
  healthAlone: [],
  looks: { at: 9, failed: 0 },
  locks: [{ database: "i/d", table: "t", query: "ALTER TABLE `t`\n| x |", heldMs: 2000, waitedMs: 1500 }],
  migrations: [{ database: "i/d", name: "meet.0002", ms: 2100 }],
  rows: { before: {}, after: {} },
  resources: { made: ["urn:pulumi:s::fleet::gcp:x:Y::name"], changed: [], replaced: [], deleted: [] },
  rolled: { web: { from: "web-1", to: "web-2" } },
};

const to = { commit: "abcdef1234", isClean: false };

describe("the report of a change", () => {
  it("has the verdicts on top, then reasons, then what was seen in the order of the phases", () => {
    const from = { ref: "origin/main", commit: "0123456789", subject: "Text" };
    const text = markdownOf({ from, to, verdicts: judge(measured), measured, seconds: 12 });
    assert.match(text, /to `abcdef12`, with changes that are not committed/);
    assert.match(
      text,
      /^### Change rehearsal from `origin\/main \(01234567\)` to .*\n\n\| \| \|\n\|---\|---\|\n\| to roll out \| \*\*not safe\*\* \|/,
    );
    assert.match(text, /- `meet\/web: 2 of 4 requests failed once it was rolled out: GET \/: 500 \(2\)`/);
    assert.ok(
      text.search(/\| before +\| meet\/web +\| 9 +\| 0 +\|/) < text.search(/\| after +\| meet\/web +\| 4 +\| 2 +\|/),
    );
    assert.match(text, /- `i\/d\.t: held 2\.0 s, others waited 1\.5 s: ALTER TABLE 't' \| x \|`/);
  });

  it("says why nothing was judged, and lets no text of a branch out of its place", () => {
    const hostile = "`</details>\n# Safe\n";
    const text = markdownOf({ from: { ref: hostile }, to, verdicts: notJudged(hostile), seconds: 1 });
    assert.match(text, /\| to roll out \| \*\*not judged\*\* \|/);
    assert.doesNotMatch(text, /^# Safe/m);
    assert.equal(
      text
        .split("\n")
        .filter((line) => line.includes("`"))
        .every((line) => line.split("`").length % 2 === 1),
      true,
    );
  });
});
