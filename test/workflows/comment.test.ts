import { expect } from "chai";
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

  it("cannot be broken out of by what a fork writes", () => {
    const { body } = post({
      files: { [preview]: "~~~~~~~~\n@everyone <!-- -->\n  ~~~~~~~~\n\u001b[31mred\u001b[0m\n" },
    });
    expect(body.match(/^\s*~~~/gm)).to.have.lengthOf(2);
    expect(body).to.not.include("\u001b");
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
