import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { closingLine } from "../../../ops/commands/tests";

describe("the closing line of the tests", () => {
  it("counts, and names skipped ones only when there are any", () => {
    assert.equal(closingLine({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
    assert.equal(closingLine({ passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
  });
});

describe("a run of the tests", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-mocha-"));
  const file = path.join(folder, "open.test.cjs");
  after(() => rmSync(folder, { recursive: true }));

  const run = (test: string): ChildProcess => {
    writeFileSync(file, `it("runs", async () => { ${test} });`);
    return spawn(process.execPath, ["node_modules/mocha/bin/mocha.js", file], { stdio: ["ignore", "pipe", "inherit"] });
  };

  it("ends although a test has left something open", async () => {
    const mocha = run("setInterval(() => undefined, 1000);");
    assert.match(await text(mocha.stdout!), /1 passing/);
  });

  it("is one process, so that what ends it ends the tests", async () => {
    const mocha = run("console.log(`pid ${process.pid}`); await new Promise((end) => setTimeout(end, 600_000));");
    let printed = "";
    for await (const line of createInterface(mocha.stdout!)) {
      printed = line;
      if (line) break;
    }
    mocha.kill("SIGTERM");
    assert.equal(printed, `pid ${mocha.pid}`);
    assert.deepEqual(await once(mocha, "exit"), [null, "SIGTERM"]);
  });
});
