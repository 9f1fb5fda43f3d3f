import { expect } from "chai";
import { execFileSync } from "node:child_process";

/** What a node of its own prints after it has loaded the SDK as the program's entry does. */
const inNode = (body: string): unknown => {
  const script = `
    require("./stacks/sdk.cjs");
    const pulumi = require("@pulumi/pulumi");
    const has = (name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"));
    (async () => console.log(JSON.stringify(await (${body})())))();`;
  return JSON.parse(execFileSync(process.execPath, ["--no-warnings", "--eval", script], { encoding: "utf8" }));
};

describe("Pulumi's SDK as the program loads it", () => {
  it("comes without TypeScript and npm", () => {
    expect(inNode(`() => ["typescript", "@npmcli/arborist", "@grpc/grpc-js"].map(has)`)).to.deep.equal([
      false,
      false,
      true,
    ]);
  });

  it("takes no stack traces for its promises, and leaves those of errors", () => {
    const traces = inNode(`async () => {
      const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const promise = Promise.resolve();
      await debuggablePromise(promise, "a test");
      return [promise._debugCtx, promise._debugStackTrace, new Error("seen").stack.includes("at ")];
    }`);
    expect(traces).to.deep.equal(["a test", "Error", true]);
  });

  it("loads them when they are called, as dynamic providers do", () => {
    expect(inNode(`async () => (await pulumi.runtime.serializeFunction(() => "seen")).text`)).to.include(`"seen"`);
    expect(inNode(`async () => (await pulumi.runtime.computeCodePaths()).size`)).to.be.greaterThan(0);
  });
});
