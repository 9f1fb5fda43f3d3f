import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { commandOf, endProcess } from "../../../ops/terminal/processes";

describe("a signal", () => {
  it("goes to the work again once a command of it has ended", async () => {
    const source = `
      const { handleSignals, inForeground, runInForeground } = require("./ops/terminal/processes");
      handleSignals("it had nobody to go to");
      const work = async () => {
        await runInForeground({ command: "true", args: [], stdin: "ignore" });
        process.kill(process.pid, "SIGINT");
        await new Promise((next) => setTimeout(next, 200));
        return 0;
      };
      inForeground({ kill: (signal) => console.log("the work gets", signal), work });
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--eval", source]);
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    assert.deepEqual([code, out.trim()], [0, "the work gets SIGINT"]);
  });
});

describe("a signal while two works go on side by side", () => {
  it("goes to the one that goes on, whichever ended first", async () => {
    const source = `
      const { handleSignals, inForeground } = require("./ops/terminal/processes");
      handleSignals("it had nobody to go to");
      const sleep = (ms) => new Promise((next) => setTimeout(next, ms));
      const work = (name, ms) => inForeground({ kill: (signal) => console.log(name, "gets", signal), work: () => sleep(ms) });
      void work("the short one", 50);
      void work("the long one", 400);
      setTimeout(() => process.kill(process.pid, "SIGINT"), 200);
      // Both are over, and it is for nobody any more.
      setTimeout(() => process.kill(process.pid, "SIGINT"), 1600);
      setTimeout(() => undefined, 3000);
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--eval", source]);
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    assert.deepEqual([code, out.trim()], [130, "the long one gets SIGINT"]);
  });
});

describe("ending a process", () => {
  it("ends it; one that has ended meanwhile is no error", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    assert.ok(child.pid);
    endProcess(child.pid);
    await once(child, "exit");
    assert.equal(commandOf(child.pid), undefined);
    assert.doesNotThrow(() => endProcess(child.pid ?? 0));
  });
});
