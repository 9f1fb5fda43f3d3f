import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { commandOf, endProcess } from "../../../ops/terminal/processes";

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
