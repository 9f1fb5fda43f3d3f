import assert from "node:assert/strict";
import { expect } from "chai";
import fc from "fast-check";
import { blocksOf, CHECK, HOSTILE, post, rowsOf } from "./posted";

const preview = "preview/preview.txt";
const found = (files: Record<string, string>) => ({ artifacts: { [CHECK]: files } });

/** A section that shows a text as it is, but for backticks and what is not printed. */
const section = (title: string, text: string) => [
  { type: "html_block", text: `<details><summary>${title}</summary>` },
  { type: "code_block", text: `${text.replace(/[^\t\n -~]/g, "").replaceAll("`", "'")}\n` },
  { type: "html_block", text: "</details>" },
];

/** The rows on top, where what a fork writes is none of the known words and figures. */
const tableOf = (...hostile: string[]): string => {
  assert.ok(hostile.every((text) => !/unchanged|total/.test(text)));
  const rows = ["All of prod, from empty", "Cost a month at low, medium and high traffic"];
  return ["| | |", "|---|---|", "| Checks | success |", ...rows.map((title) => `| ${title} | not told |`)].join("");
};

describe("the comment on a pull request", () => {
  it("is made once, with what the run found", () => {
    const { status, stderr, calls, body } = post(found({ [preview]: "+ 40 to create\n" }));
    expect(status, stderr).to.equal(0);
    expect(calls).to.include("run download 7 --dir found");
    expect(calls).to.include("--method POST repos/shop/fleet/issues/12/comments -F body=@body.md");
    expect(body).to.include("All of prod, from empty").and.include("+ 40 to create");
    expect(body).to.not.include("What would change in prod");
  });

  it("says on top what was found, in known words and figures alone", () => {
    const files = {
      "change/verdicts.txt": "to roll out: safe\nto go back: not safe\nto roll out: **safe**\nit is: safe\n",
      "change/report.txt": "### Change rehearsal\n",
      "changes/preview.txt":
        "Resources:\n    + 2 to create\n    ~ 1 to update\n    +-1 to replace\n    4 changes. 280 unchanged\n",
      [preview]: "    + 287 to create\n    + 9 to <b>create\n",
      "preview/cost.txt": "leads/web  2.48  21.00  64.88\ntotal   308.14 (+2.00)  443.38  930.15 (-1.50)\n",
    };
    const { status, stderr, body } = post(found(files));
    expect(status, stderr).to.equal(0);
    expect(rowsOf(body)).to.deep.equal([
      "| Checks | success |",
      "| Change rehearsal, as the branch's own run tells | to roll out: safe, to go back: not safe |",
      "| Resources of the running prod | + 2 to create, ~ 1 to update, +-1 to replace, 4 changes. 280 unchanged |",
      "| All of prod, from empty | + 287 to create |",
      "| Cost a month at low, medium and high traffic | total 308.14 (+2.00) 443.38 930.15 (-1.50) |",
    ]);
    expect(body.indexOf("| Cost")).to.be.lessThan(body.indexOf("<details>"));
    expect(body).to.include("<summary>Change rehearsal</summary>");
  });

  it("is written over at the next push", () => {
    const { status, calls } = post({ ...found({ [preview]: "" }), oldComment: "99\n100\n" });
    expect(status).to.equal(0);
    expect(calls).to.include("--method PATCH repos/shop/fleet/issues/comments/99 -F body=@body.md");
    expect(calls).to.not.include("POST");
  });

  it("shows what a fork writes as the text of one block of code, whatever it writes", function () {
    this.timeout(60_000);
    const hostile = fc.array(fc.constantFrom(...HOSTILE.parts), { maxLength: 40 }).map((all) => all.join(""));
    const fixed = HOSTILE.texts;
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...fixed), hostile), hostile, (text, other) => {
        const { status, stderr, body } = post(found({ [preview]: text, "preview/cost.txt": other }));
        expect(status, stderr).to.equal(0);
        expect(blocksOf(body)).to.deep.equal([
          { type: "html_block", text: "<!-- fleet: preview of prod -->" },
          { type: "paragraph", text: "What this brings to prod, at 1a2b3c4d (run)" },
          // A table is plain text to CommonMark.
          { type: "paragraph", text: tableOf(text, other) },
          ...section("All of prod, from empty", text),
          ...section("Cost a month", other),
        ]);
      }),
      { numRuns: 40, examples: fixed.map((text) => [text, text] as [string, string]) },
    );
  });

  it("keeps the marks of Pulumi's own", () => {
    const { body } = post(found({ [preview]: "  ~ web: (update)\n +- job: (replace)\n" }));
    expect(body).to.include("  ~ web: (update)\n +- job: (replace)\n");
  });

  it("shows no file but the artifact's own", () => {
    const { body } = post({ ...found({ "preview/other": "" }), link: preview });
    expect(body).to.not.include("All of prod");
  });

  it("stays below GitHub's limit", () => {
    const long = `${"x".repeat(100_000)}\n${"7".repeat(100_000)} to create\ntotal ${"7".repeat(100_000)} 1 1\n`;
    const { status, stderr, body } = post(
      found({
        ...{ [preview]: long, "changes/preview.txt": long, "preview/cost.txt": long },
        "change/report.txt": long,
      }),
    );
    expect(status, stderr).to.equal(0);
    expect(body.length).to.be.within(50_000, 65_000);
  });

  it("says nothing where the pull request moved on", () => {
    const { status, calls } = post({ pulls: [] });
    expect(status).to.equal(0);
    expect(calls).to.not.match(/POST|PATCH/);
  });
});
