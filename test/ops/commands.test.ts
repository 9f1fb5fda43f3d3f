import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { closingLine } from "../../ops/commands/tests";

const fleet = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["ops/fleet.cjs", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
};

describe("the command line, given something wrong", () => {
  for (const [args, env, says, cure] of [
    [["start", "--stack", "Not_Good"], {}, /--stack: "Not_Good" cannot be a stack's name/, /npm start -- --stack dev/],
    [
      ["start", "--stack", "prod"],
      {},
      /prod is not a stack of this machine alone/,
      /npm run pulumi -- up --stack prod/,
    ],
    [
      ["stop", "--stack", "nowhere"],
      {},
      /there is no stack of this name. Stacks here: dev/,
      /npm start -- --stack nowhere/,
    ],
    [["down", "--remove-data-of", "other"], {}, /"other" is not the stack that goes down/, /--remove-data-of dev/],
    [
      ["start"],
      { DOCKER_HOST: "unix:///nowhere.sock" },
      /Docker engine unix:\/\/\/nowhere\.sock: no answer/,
      /DOCKER_HOST=/,
    ],
    [["dashboard", "--stack", "nowhere"], {}, /stack nowhere: nothing of it runs yet/, /npm start -- --stack nowhere/],
    [["dashboard", "--port", "high"], {}, /argument 'high' is invalid/, /allowed: a whole number from 0 to 65535/],
    [["pulumi", "up", "-s", "nowhere"], {}, /there is no stack of this name/, /npm start -- --stack nowhere/],
  ] as const) {
    it(`says what, where and the cure: ${args.join(" ")} ${Object.keys(env).join(" ")}`, () => {
      const { status, stderr } = fleet([...args], env);
      assert.equal(status, 1, stderr);
      assert.match(stderr, says);
      assert.match(stderr, cure);
      assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+/m, "no stack trace");
      assert.equal(existsSync(".fleet/stacks/nowhere"), false, "nothing was made");
    });
  }

  it("offers help for every command", () => {
    for (const command of ["start", "stop", "down", "test", "soak", "bench", "lint", "dashboard"]) {
      const { status, stdout } = fleet([command, "--help"]);
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`^Usage: fleet ${command}`));
    }
  });
});

describe("Pulumi through the command line", () => {
  it("keeps its output and exit code", () => {
    const version = fleet(["pulumi", "version"]);
    assert.equal(version.status, 0, version.stderr);
    assert.match(version.stdout, /^v?3\.\d+\.\d+\n$/);
    assert.notEqual(fleet(["pulumi", "no-such-command"]).status, 0);
  });
});

describe("the closing line of the tests", () => {
  it("counts, and names skipped ones only when there are any", () => {
    assert.equal(closingLine({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
    assert.equal(closingLine({ passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
  });
});
