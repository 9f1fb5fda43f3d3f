import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { closeBase, commitOf, configFor, openBase } from "../../../ops/change/base";
import { runCaptured } from "../../../ops/terminal/processes";

describe("the base of a change", () => {
  it("is refused where git knows no such commit, with the command that fetches it", () => {
    for (const ref of ["no/such/branch", "--all", "", "HEAD..HEAD", "HEAD~1..HEAD", "^HEAD"])
      assert.throws(() => commitOf(ref), /--from: git knows no commit .*\n    cure: git fetch origin/s);
  });

  it("is given its own systems alone, and is not judged where all are new", () => {
    const given = { "fleet:systems": '["booking","brand-new"]', "fleet:alerts": "false" };
    assert.deepEqual(configFor({ folder: "." }, given), { ...given, "fleet:systems": '["booking"]' });
    assert.deepEqual(configFor({ folder: "." }, { "fleet:systems": '["all"]' }), { "fleet:systems": '["all"]' });
    assert.throws(
      () => configFor({ folder: "." }, { "fleet:systems": '["brand-new"]' }),
      /none of these systems: brand-new/,
    );
  });

  it("is a worktree with this one's packages where their locks are the same, and leaves nothing", async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), "fleet-base-")), "base");
    try {
      const { commit } = await openBase({ ref: "HEAD", folder, report: () => undefined });
      assert.match(commit, /^[0-9a-f]{40}$/);
      assert.ok(existsSync(path.join(folder, "infra")));
      assert.ok(lstatSync(path.join(folder, ".fleet")).isSymbolicLink());
      assert.ok(existsSync(path.join(folder, "node_modules", "@pulumi", "pulumi")));
    } finally {
      closeBase(folder);
      rmSync(path.dirname(folder), { recursive: true, force: true });
    }
    const { stdout } = runCaptured({ command: "git", args: ["worktree", "list"] });
    assert.doesNotMatch(stdout, /fleet-base-/);
  });
});
