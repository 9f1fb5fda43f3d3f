import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { command } from "../../ops/stack/stack";
import { Clone } from "../clone";

describe("the launcher", () => {
  const clone = new Clone();
  after(() => clone.remove());

  it("works from every folder of the clone, and from outside by its path", () => {
    for (const [cwd, launcher] of [
      [clone.folder, "./fleet"],
      [path.join(clone.folder, "services/leads"), "../../fleet"],
      ["/", path.join(clone.folder, "fleet")],
    ] as const) {
      const { status, stdout, stderr } = spawnSync(launcher, ["--help"], { cwd, encoding: "utf8" });
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^Usage: fleet /);
    }
  });

  it("is what package.json calls fleet: `npx fleet` in the clone runs it, too, and asks no registry", () => {
    const { bin, private: isPrivate } = JSON.parse(readFileSync("package.json", "utf8"));
    assert.deepEqual([bin, isPrivate], [{ fleet: "fleet" }, true]);
  });

  it("installs the packages of a fresh clone first, with npm's own command", () => {
    const fresh = new Clone();
    const tools = path.join(fresh.folder, "tools");
    mkdirSync(tools);
    writeFileSync(path.join(tools, "npm"), '#!/bin/sh\necho "npm $*" >&2\nexit 3\n');
    chmodSync(path.join(tools, "npm"), 0o755);
    rmSync(path.join(fresh.folder, "node_modules"), { recursive: true });
    const { status, stderr } = fresh.fleet(["status"], { PATH: `${tools}:${process.env.PATH}` });
    fresh.remove();
    assert.equal(status, 1);
    assert.match(stderr, /packages: npm ci, \d+ MB in node_modules .*\nnpm ci --include=dev --ignore-scripts/);
    assert.match(stderr, /npm ci did not finish: it ended with exit code 3\n +cure: /);
  });
});

describe("a command as it is told to a person", () => {
  it("names the stack, unless it is dev", () => {
    assert.equal(command("restore one", "dev"), "./fleet restore one");
    assert.equal(command("restore one", { name: "mine" }), "./fleet restore one --stack mine");
  });

  it("is never one that asks a registry for a package of our name", () => {
    const foreign = ["npx", "fleet"].join(" ");
    const files = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(ts|tsx|cjs|md|html|sh|txt|yml|py)$/.test(entry.name))
        .map(({ parentPath, name }) => path.join(parentPath, name));
    const folders = ["infra", "stacks", "docker", "ops", "dashboard", "cost", "demo", "rehearsal", "policy", "offline"];
    const told = [...folders, ".devcontainer", "docs"].flatMap(files).concat("README.md");
    const allowed = ["docs/knowledge.md"];
    const wrong = told.filter((file) => !allowed.includes(file) && readFileSync(file, "utf8").includes(foreign));
    assert.deepEqual(wrong, []);
  });
});
