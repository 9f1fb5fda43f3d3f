import { Parser, type Node } from "commonmark";
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

/**
 * Stands for GitHub's CLI: answers from the variables of the test, writes down what it was asked, and downloads a run's artifacts
 * as it does: one that is named into the folder itself, all of them into a folder each.
 */
const gh = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> calls
case "$*" in
  *comments*--jq*) printf '%s' "$OLD_COMMENT" ;;
  *pulls*) printf '%s' "$PULLS" ;;
  *workflows/check.yml/runs*) printf '%s' "$CHECKS" ;;
  *workflows/review.yml/runs*) printf '%s' "$REVIEWS" ;;
  'run download '*' --name '*) mkdir -p "$7" && cp -a "artifacts/$3/$5/." "$7" ;;
  'run download '*) mkdir -p "$5" && cp -a "artifacts/$3/." "$5" ;;
esac
`;

/** A run of a workflow as GitHub lists it; by default one of our own branch at the commit, that has ended well. */
export type Run = { id: number; status?: string; conclusion?: string; repository?: string; branch?: string };

const listed = ({ id, status = "completed", conclusion = "success", repository = "shop/fleet", branch }: Run): string =>
  [id, status, conclusion, `https://example.test/${id}`, repository, branch ?? "branch"].join("\t");

export const CHECK = 7;
export const REVIEW = 9;

type Posting = {
  /** What each run's artifacts hold, by artifact and file: `{ 7: { "preview/preview.txt": "..." } }`. */
  artifacts?: Record<number, Record<string, string>>;
  checks?: readonly Run[];
  reviews?: readonly Run[];
  /** State, number and repository of each pull request at the commit. */
  pulls?: readonly string[];
  /** The run that has just ended: GitHub may still list it as running. */
  ended?: { id: number; conclusion: string };
  /** The repository whose branch it is. */
  repository?: string;
  oldComment?: string;
  /** A file of the check's artifacts that is a link to another file. */
  link?: string;
};

/** Runs the script of comment.yml in an empty folder, as a runner does. */
export const post = ({ ended = { id: CHECK, conclusion: "success" }, repository = "shop/fleet", ...of }: Posting) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-comment-"));
  try {
    writeFileSync(path.join(folder, "gh"), gh);
    chmodSync(path.join(folder, "gh"), 0o755);
    for (const [run, files] of Object.entries(of.artifacts ?? {}))
      for (const [file, text] of Object.entries(files)) write(path.join(folder, "artifacts", run, file), text);
    if (of.link) symlinkSync("/etc/hostname", path.join(folder, "artifacts", `${CHECK}`, of.link));
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        GH_REPO: "shop/fleet",
        HEAD_OWNER: repository.split("/")[0],
        HEAD_REPO: repository,
        HEAD_BRANCH: "branch",
        HEAD_SHA: "1a2b3c4d",
        RUN_ID: `${ended.id}`,
        CONCLUSION: ended.conclusion,
        PULLS: lines(of.pulls ?? [`open\t12\t${repository}`]),
        CHECKS: lines((of.checks ?? [{ id: CHECK, repository }]).map(listed)),
        REVIEWS: lines((of.reviews ?? []).map(listed)),
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

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

/** The rows of the table on top. */
export const rowsOf = (body: string): string[] =>
  body.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |"));

/** The blocks that a reader of Markdown sees, with their plain text. */
export const blocksOf = (markdown: string): { type: string; text: string }[] => {
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

/** What somebody may write who wants out of a fence, a row or a cell. */
export const HOSTILE = {
  parts: [
    ...["`", "```", "~~~~", "\n", "\r", "\t", "    ", "> ", "- ", "1. ", "# ", "</details>", "<!--", "-->", "|", "<b>"],
    ...["</pre>", "@all", "![](http://x)", "[a](b)", "&lt;", "\\", "$(id)", "\u001b[31m", "\0", "é", "\u2028", ";"],
  ],
  texts: [
    "```\n@everyone",
    "   ```  \n</details>",
    "~~~~~~~~\n# out",
    "\t```",
    "> ```\n> out",
    "````````\n<!--",
    "| a | b |\n|---|---|",
  ],
};
