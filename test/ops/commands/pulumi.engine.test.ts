import assert from "node:assert/strict";
import { Clone, changesBetween } from "../../clone";

/** These commands set this machine up before they look at the name. */
describe("a command that sets the machine up first", () => {
  const clone = new Clone();
  after(() => clone.remove());

  for (const args of [
    ["stop", "--stack", "nowhere"],
    ["pulumi", "up", "-s", "nowhere"],
  ])
    it(`refuses a stack that is not there: ${args.join(" ")}`, () => {
      clone.fleet(["pulumi", "version"]);
      const before = clone.listing();
      const { status, stderr } = clone.fleet(args);
      assert.equal(status, 1, stderr);
      assert.match(stderr, /there is no stack of this name. Stacks here: dev/);
      assert.match(stderr, /\.\/fleet start --stack nowhere/);
      assert.deepEqual(changesBetween(before, clone.listing()), [], "nothing was made, changed or removed");
    });

  it("keeps Pulumi's output and exit code", () => {
    const version = clone.fleet(["pulumi", "version"]);
    assert.equal(version.status, 0, version.stderr);
    assert.match(version.stdout, /^v?3\.\d+\.\d+\n$/);
    assert.notEqual(clone.fleet(["pulumi", "no-such-command"]).status, 0);
  });
});
