import assert from "node:assert/strict";
import { sourceOf, type Memory } from "../../../ops/start/memory";

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
