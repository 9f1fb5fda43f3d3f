import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sourceProblems } from "../../../../infra/targets/build";
import { checkoutProblems, commitTag } from "../../../../infra/targets/gcp/commit";

describe("the commit that names images", () => {
  let root: string;
  let services: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: root });

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "commit-"));
    services = path.join(root, "services");
    mkdirSync(services);
    writeFileSync(path.join(services, "a"), "1");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is none outside git, which is no problem", () => {
    assert.equal(commitTag(services), "none");
    assert.deepEqual(checkoutProblems(services), []);
  });

  it("is the commit, and says where files differ from it", () => {
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    assert.match(commitTag(services), /^[0-9a-f]{12}$/);
    writeFileSync(path.join(services, "a"), "2");
    assert.match(commitTag(services), /^[0-9a-f]{12}-dirty$/);
    assert.deepEqual(checkoutProblems(services), []);
  });

  it("is a problem in a checkout without a commit", () => {
    git("init", "--quiet");
    const [problem] = checkoutProblems(services);
    assert.equal(problem?.path, root);
    assert.match(problem?.message ?? "", /cannot tell the commit that names the images/);
  });

  it("is a problem in a checkout of another owner, with the cure that git takes (M22)", () => {
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    const { GIT_TEST_ASSUME_DIFFERENT_OWNER: before, GIT_CONFIG_GLOBAL: config } = process.env;
    // Git's own switch for testing this: https://github.com/git/git/blob/master/t/t0033-safe-directory.sh
    process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1";
    process.env["GIT_CONFIG_GLOBAL"] = path.join(root, "gitconfig");
    try {
      const [problem] = checkoutProblems(services);
      assert.match(problem?.message ?? "", /dubious ownership/);
      assert.equal(problem?.cure, `git config --global --add safe.directory ${root}`);
      const refused = sourceProblems({ images: new Map() }, services);
      assert.equal(refused[0]?.cure, problem?.cure, "what asks git for the files of images has the same cure");
      execFileSync("/bin/sh", ["-c", problem?.cure ?? "false"]);
      assert.deepEqual(checkoutProblems(services), []);
    } finally {
      restore("GIT_TEST_ASSUME_DIFFERENT_OWNER", before);
      restore("GIT_CONFIG_GLOBAL", config);
    }
  });
});

const restore = (name: string, value: string | undefined): void => {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
};
