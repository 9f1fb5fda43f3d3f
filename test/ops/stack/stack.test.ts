import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ProblemsError } from "../../../infra/problems";
import { stackIn } from "../../../ops/commands/pulumi";
import { lockFolder, stackOf, stateFile, throwAwayStackOf } from "../../../ops/stack/stack";

describe("a stack's place", () => {
  it("is the project for dev", () => {
    const stack = stackOf("dev");
    assert.equal(stack.kind, "dev");
    assert.equal(stack.configFile, path.resolve("Pulumi.dev.yaml"));
    assert.equal(stateFile(stack), path.resolve(".fleet/state/.pulumi/stacks/fleet/dev.json"));
    assert.equal(lockFolder(stack), path.resolve(".fleet/state/.pulumi/locks/organization/fleet/dev"));
  });

  it("is the project for every stack with a committed config", () => {
    assert.equal(stackOf("prod").kind, "committed");
  });

  it("is a folder of its own for any other", () => {
    const stack = stackOf("mine");
    assert.equal(stack.kind, "own");
    assert.equal(stack.configFile, path.resolve(".fleet/stacks/mine/Pulumi.mine.yaml"));
    assert.ok(stateFile(stack).startsWith(path.resolve(".fleet/stacks/mine/state/")));
  });

  it("stays that folder once its config is there", () => {
    const { folder, configFile } = stackOf("at-birth");
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(configFile, "config: {}\n");
      assert.equal(throwAwayStackOf("at-birth").kind, "own");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const name of ["", "Dev", "../dev", "a b", "9lives", "dev-", "x".repeat(21)]) {
    it(`is refused for the name "${name}"`, () => {
      assert.throws(
        () => stackOf(name),
        (error) => error instanceof ProblemsError && error.problems[0]?.path === "--stack",
      );
    });
  }

  it("is refused to commands that act without a preview when it is committed", () => {
    assert.throws(() => throwAwayStackOf("prod"), /\.\/fleet pulumi up --stack prod/);
  });
});

describe("the stack in Pulumi's arguments", () => {
  for (const [args, name] of [
    [["up", "-s", "dev"], "dev"],
    [["-s", "x", "preview"], "x"],
    [["up", "--stack", "x"], "x"],
    [["up", "--stack=x"], "x"],
    [["up", "-sx"], "x"],
    [["stack", "init", "y"], "y"],
    [["stack", "select", "y"], "y"],
    [["stack", "ls"], undefined],
    [["config", "set", "--", "-s", "x"], undefined],
    [["up"], undefined],
  ] as const) {
    it(`is ${name} in: ${args.join(" ")}`, () => assert.equal(stackIn(args), name));
  }
});
