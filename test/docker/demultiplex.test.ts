import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { demultiplex, textOf } from "../../docker/demultiplex";
import { frame } from "./fake-engine";

const whole = Buffer.concat([frame(1, "one\n"), frame(2, "bad\n"), frame(1, "two\n")]);

describe("a container's output", () => {
  it("is taken apart, however it is cut", async () => {
    for (let cut = 0; cut <= whole.length; cut++) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      await demultiplex({ from: [whole.subarray(0, cut), whole.subarray(cut)], stdout, stderr });
      assert.deepEqual([String(stdout.read()), String(stderr.read())], ["one\ntwo\n", "bad\n"], `cut at ${cut}`);
    }
  });

  it("is one text in order, without a piece that was cut off", () => {
    assert.equal(textOf(whole), "one\nbad\ntwo\n");
    assert.equal(textOf(whole.subarray(0, -1)), "one\nbad\n");
  });

  it("is read no faster than it is taken", async () => {
    let read = 0;
    const source = function* () {
      for (; read < 50; read++) yield frame(1, "x".repeat(100));
    };
    const held: (() => void)[] = [];
    const stdout = new Writable({ highWaterMark: 100, write: (_piece, _encoding, done) => void held.push(done) });
    const all = demultiplex({ from: source(), stdout, stderr: new PassThrough() });
    await new Promise((next) => setTimeout(next, 20));
    assert.equal(read, 0, "the second piece waits until the first is taken");
    while (read < 50) {
      held.shift()?.();
      await new Promise((next) => setImmediate(next));
    }
    await all;
  });
});
