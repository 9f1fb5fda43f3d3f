import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { digestOf } from "../../offline/digest";
import { contextOf, recipeDigest, recipes, recipesFor } from "../../offline/images";

describe("the recipes of the base images", () => {
  const names = (images: string[]): string[] => recipesFor(images).map(({ image }) => image);

  it("bring what an image stands on before it, once", () => {
    assert.deepEqual(names(["postgres:15-bookworm", "redis:7-bookworm"]), [
      "debian:bookworm-slim",
      "postgres:15-bookworm",
      "redis:7-bookworm",
    ]);
  });

  it("refuse an image that has none, and say which have one", () => {
    assert.throws(
      () => names(["mariadb:12"]),
      /base image mariadb:12[\s\S]*mariadb:11[\s\S]*Did you mean mariadb:11\?/,
    );
  });

  it("differ from each other", () => {
    assert.equal(new Set(recipes.map(recipeDigest)).size, recipes.length);
  });

  it("give the build every file that its Dockerfile copies", () => {
    for (const recipe of recipes.filter((each) => "from" in each)) {
      const text = readFileSync(`offline/images/${recipe.folder}/Dockerfile`, "utf8");
      const copied = [...text.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, files = ""]) => files.split(" "));
      for (const file of copied)
        assert.ok(
          contextOf(recipe).some((source) => file === source || file.startsWith(`${source}/`)),
          `${recipe.image} copies ${file}`,
        );
    }
  });
});

describe("a digest", () => {
  const root = mkdtempSync(path.join(os.tmpdir(), "fleet-test-"));
  const digest = (facts: string[] = []): string => digestOf({ root, sources: ["made"], facts });

  beforeEach(() => {
    rmSync(path.join(root, "made"), { recursive: true, force: true });
    mkdirSync(path.join(root, "made/deep"), { recursive: true });
    writeFileSync(path.join(root, "made/file"), "text");
  });
  after(() => rmSync(root, { recursive: true }));

  it("stays the same for the same files", () => {
    const first = digest();
    writeFileSync(path.join(root, "made/file"), "text");
    assert.equal(digest(), first);
  });

  for (const [what, change] of [
    ["a text", () => writeFileSync(path.join(root, "made/file"), "other")],
    ["a new file", () => writeFileSync(path.join(root, "made/deep/new"), "")],
    ["a permission to execute", () => chmodSync(path.join(root, "made/file"), 0o755)],
  ] as const)
    it(`changes with ${what}`, () => {
      const first = digest();
      change();
      assert.notEqual(digest(), first);
    });

  it("changes with a fact, and not with a test of a Go package", () => {
    const first = digest();
    writeFileSync(path.join(root, "made/file_test.go"), "package made");
    assert.equal(digest(), first);
    assert.notEqual(digest(["fact"]), first);
  });
});
