import { expect } from "chai";
import { Parser, type Node } from "commonmark";
import fc from "fast-check";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";

const script = (
  parse(readFileSync(".github/workflows/comment.yml", "utf8")) as { jobs: { comment: { steps: [{ run: string }] } } }
).jobs.comment.steps[0].run;

/** Stands for GitHub's CLI: answers from the variables of the test and writes down what it was asked. */
const gh = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> calls
case "$*" in
  *comments*--jq*) printf '%s' "$OLD_COMMENT" ;;
  *pulls*) printf '%s' "$NUMBER" ;;
esac
`;

const post = (of: { files: Record<string, string>; number?: string; oldComment?: string; link?: string }) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-comment-"));
  try {
    writeFileSync(path.join(folder, "gh"), gh);
    chmodSync(path.join(folder, "gh"), 0o755);
    for (const [file, text] of Object.entries(of.files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    if (of.link) symlinkSync("/etc/hostname", path.join(folder, of.link));
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        GH_REPO: "shop/fleet",
        HEAD: "somebody:branch",
        HEAD_SHA: "1a2b3c4d",
        RUN_ID: "7",
        RUN_URL: "https://example.test/7",
        CONCLUSION: "success",
        NUMBER: of.number ?? "12\n",
        OLD_COMMENT: of.oldComment ?? "",
      },
    });
    const read = (file: string): string =>
      existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), "utf8") : "";
    return { status, stderr, calls: read("calls"), body: read("body.md") };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const preview = "found/preview/preview.txt";

/** The blocks that a reader of Markdown sees, with their plain text. */
const blocksOf = (markdown: string): { type: string; text: string }[] => {
  const blocks: { type: string; text: string }[] = [];
  for (let node = new Parser().parse(markdown).firstChild; node !== null; node = node.next)
    blocks.push({ type: node.type, text: node.literal ?? textIn(node) });
  return blocks;
};

const textIn = (block: Node): string => {
  const walker = block.walker();
  let text = "";
  for (let step = walker.next(); step !== null; step = walker.next()) text += step.node.literal ?? "";
  return text;
};

/** A section that shows a text as it is, but for backticks and what is not printed. */
const section = (title: string, text: string) => [
  { type: "html_block", text: `<details><summary>${title}</summary>` },
  { type: "code_block", text: `${text.replace(/[^\t\n -~]/g, "").replaceAll("`", "'")}\n` },
  { type: "html_block", text: "</details>" },
];

describe("the comment on a pull request", () => {
  it("is made once, with what the run found", () => {
    const { status, stderr, calls, body } = post({ files: { [preview]: "+ 40 to create\n" } });
    expect(status, stderr).to.equal(0);
    expect(calls).to.include("run download 7 --dir found");
    expect(calls).to.include("--method POST repos/shop/fleet/issues/12/comments -F body=@body.md");
    expect(body).to.include("All of prod, from empty").and.include("+ 40 to create");
    expect(body).to.not.include("What would change in prod");
  });

  it("is written over at the next push", () => {
    const { status, calls } = post({ files: { [preview]: "" }, oldComment: "99\n100\n" });
    expect(status).to.equal(0);
    expect(calls).to.include("--method PATCH repos/shop/fleet/issues/comments/99 -F body=@body.md");
    expect(calls).to.not.include("POST");
  });

  it("shows what a fork writes as the text of one block of code, whatever it writes", function () {
    this.timeout(60_000);
    const parts = ["`", "```", "~~~~", "\n", "\r", "\t", "    ", "> ", "- ", "1. ", "# ", "</details>", "<!--", "-->"];
    const more = [
      "<b>",
      "</pre>",
      "@all",
      "![](http://x)",
      "[a](b)",
      "&lt;",
      "\\",
      "$(id)",
      "\u001b[31m",
      "\0",
      "é",
      "\u2028",
    ];
    const hostile = fc.array(fc.constantFrom(...parts, ...more), { maxLength: 40 }).map((all) => all.join(""));
    const fixed = [
      "```\n@everyone",
      "   ```  \n</details>",
      "~~~~~~~~\n# out",
      "\t```",
      "> ```\n> out",
      "````````\n<!--",
    ];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...fixed), hostile), hostile, (text, other) => {
        const { status, stderr, body } = post({ files: { [preview]: text, "found/preview/cost.txt": other } });
        expect(status, stderr).to.equal(0);
        expect(blocksOf(body)).to.deep.equal([
          { type: "html_block", text: "<!-- fleet: preview of prod -->" },
          { type: "paragraph", text: "Preview of prod at 1a2b3c4d: checks: success (run)" },
          ...section("All of prod, from empty", text),
          ...section("Cost a month", other),
        ]);
      }),
      { numRuns: 40, examples: fixed.map((text) => [text, text] as [string, string]) },
    );
  });

  it("keeps the marks of Pulumi's own", () => {
    const { body } = post({ files: { [preview]: "  ~ web: (update)\n +- job: (replace)\n" } });
    expect(body).to.include("  ~ web: (update)\n +- job: (replace)\n");
  });

  it("shows no file but the artifact's own", () => {
    const { body } = post({ files: { "found/preview/other": "" }, link: preview });
    expect(body).to.not.include("All of prod");
  });

  it("stays below GitHub's limit", () => {
    const long = "x".repeat(100_000);
    const { status, stderr, body } = post({
      files: { [preview]: long, "found/changes/preview.txt": long, "found/preview/cost.txt": long },
    });
    expect(status, stderr).to.equal(0);
    expect(body.length).to.be.within(50_000, 65_000);
  });

  it("says nothing where the pull request moved on", () => {
    const { status, calls } = post({ files: {}, number: "" });
    expect(status).to.equal(0);
    expect(calls).to.not.match(/POST|PATCH/);
  });
});
