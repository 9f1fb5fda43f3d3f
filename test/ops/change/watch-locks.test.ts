import assert from "node:assert/strict";
import { locksIn, longest } from "../../../ops/change/watch-locks";

describe("the locks of a change", () => {
  it("are told with the longest wait for whoever holds them", () => {
    const looked = {
      "i/d": [
        { kind: "held" as const, pid: 1, mode: "AccessExclusiveLock", table: "t", ms: 900, query: "ALTER TABLE t" },
        { kind: "waits" as const, pid: 2, ms: 300, query: "SELECT", blockers: [1] },
        { kind: "waits" as const, pid: 3, ms: 700, query: "INSERT", blockers: [9, 1] },
        { kind: "waits" as const, pid: 4, ms: 5000, query: "INSERT", blockers: [9] },
      ],
    };
    const lock = { database: "i/d", table: "t", query: "ALTER TABLE t" };
    const seen = locksIn(looked);
    assert.deepEqual(seen, [{ ...lock, heldMs: 900, waitedMs: 700 }]);
    const other = { ...lock, table: "u" };
    const all = longest([...seen, { ...lock, heldMs: 1200, waitedMs: 100 }, { ...other, heldMs: 50, waitedMs: 0 }]);
    assert.deepEqual(all, [
      { ...lock, heldMs: 1200, waitedMs: 700 },
      { ...other, heldMs: 50, waitedMs: 0 },
    ]);
  });
});
