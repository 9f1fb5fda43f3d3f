import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { OwnStack } from "./own-stack";

describe("the logs of a running stack", () => {
  const stack = new OwnStack("test-logs", ["fleet:systems: [leads]"]);

  before(async () => {
    await stack.removeLeftovers();
    stack.must(["up"]);
  });
  after(() => stack.remove());

  const SECONDS = 3;
  const RATE = 10_000;

  /** Prints numbered lines at a rate, from the service's own process, so that the engine takes them for its log. */
  const load = `
import time
with open("/proc/1/fd/1", "w") as log:
    began = time.monotonic()
    for batch in range(${SECONDS * 100}):
        for line in range(${RATE / 100}):
            number = batch * ${RATE / 100} + line
            log.write(f"load {number} {'x' * 80}\\n")
        log.flush()
        time.sleep(max(0, began + (batch + 1) / 100 - time.monotonic()))
`;

  it("loses no line of ten thousand a second, and shows each once, in order", async () => {
    const logs = stack.start(["logs", "leads/web", "--follow", "--tail", "0", "--grep", "^load "]);
    const seen: number[] = [];
    const enough = new Promise<void>((done) =>
      createInterface({ input: logs.stdout! }).on("line", (line) => {
        seen.push(Number(/load (\d+)/.exec(line)?.[1]));
        if (seen.length === SECONDS * RATE) done();
      }),
    );
    await sleep(2000);
    stack.must(["exec", "leads", "python", "-c", load]);
    await Promise.race([enough, sleep(30_000)]);
    logs.kill();
    assert.equal(seen.length, SECONDS * RATE);
    assert.ok(seen.every((number, index) => number === index));
    // What the engine kept is there too, though its files were rotated under way.
    const kept = stack.must(["logs", "leads/web", "--grep", "^load "]).trim().split("\n");
    assert.equal(kept.at(-1)?.includes(`load ${SECONDS * RATE - 1} `), true);
  });

  it("follows a service into its next life", async () => {
    const logs = stack.start(["logs", "leads/web", "--follow", "--tail", "0", "--json"]);
    const lines = createInterface({ input: logs.stdout! });
    await sleep(1500);
    const booted = new Promise<any>((done) =>
      lines.on("line", (line) => line.includes("Booting worker") && done(JSON.parse(line))),
    );
    stack.must(["restart", "leads/web"]);
    assert.equal((await booted).service, "leads/web");
    logs.kill();
    await once(logs, "exit");
  });
});
