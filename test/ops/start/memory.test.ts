import assert from "node:assert/strict";
import { fallingBack, recall, remember, sourceOf, standInsInUse, type Memory } from "../../../ops/start/memory";
import { foretold } from "../../../ops/start/took";

describe("how something is had that can be downloaded", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  const of = (memory: Memory, forced?: "official" | "offline") => sourceOf({ what: "tools", memory, forced, now });
  const failedAt = (time: string): Memory => ({ tools: "offline", failed: { tools: time } });

  it("is tried the official way first, and remembered once that went well", () => {
    assert.equal(of({}), undefined);
    assert.equal(of({ tools: "official" }), "official");
  });

  it("is a stand-in for a day after a download failed, and then tried again (M5)", () => {
    assert.equal(of(failedAt("2026-11-27T12:00:01Z")), "offline");
    assert.equal(of(failedAt("2026-11-27T12:00:00Z")), undefined);
  });

  it("is tried again where nobody knows when it failed, as older versions wrote it down", () => {
    assert.equal(of({ tools: "offline" }), undefined);
    assert.equal(of({ tools: "offline", failed: { images: now.toISOString() } }), undefined);
  });

  it("is what FLEET_OFFLINE says, whatever is remembered", () => {
    assert.equal(of(failedAt("2026-11-28T11:59:00Z"), "official"), "official");
    assert.equal(of({ tools: "official" }, "offline"), "offline");
  });
});

describe("what a new user is told", () => {
  it("is in one line what serves instead, why, and how to try the official way again", () => {
    const said = fallingBack({ what: "Pulumi's downloads", why: "no such host", to: "stand-ins" });
    assert.match(said, /^Pulumi's downloads .*no such host.*stand-ins.*FLEET_OFFLINE=0 npm start$/);
  });

  it("is at the end that stand-ins serve, unless somebody asked for them", () => {
    assert.match(standInsInUse({ tools: "offline", images: "official" }) ?? "", /for Pulumi, .*FLEET_OFFLINE=0/);
    assert.match(standInsInUse({ tools: "offline", images: "offline" }) ?? "", /for Pulumi and the base images/);
    assert.equal(standInsInUse({ tools: "official", images: "official" }), undefined);
    assert.equal(standInsInUse({ tools: "offline" }, "offline"), undefined);
  });

  it("is how long a work of minutes took the last time that it was done", async () => {
    const { took } = recall();
    const lines: string[] = [];
    const of = { what: `test-${process.pid}`, about: "building", report: (line: string) => void lines.push(line) };
    try {
      await foretold({ ...of, work: () => Promise.resolve(1), isDone: (code) => code === 0 });
      await foretold({ ...of, work: () => Promise.resolve(0), isDone: (code) => code === 0 });
      await foretold({ ...of, work: () => Promise.resolve(0) });
    } finally {
      remember({ took: took ?? {} });
    }
    assert.deepEqual(lines, ["building", "building", "building; it took 0.0 s here the last time"]);
  });
});
