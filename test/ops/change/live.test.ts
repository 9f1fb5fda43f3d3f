import assert from "node:assert/strict";
import { stepsOf } from "../../../ops/change/live";
import type { Phase, Traffic } from "../../../ops/change/traffic";

const traffic = (phase: Phase, failed: Record<string, number> = {}): Traffic => ({
  ...{ phase, service: "meet/web", asked: 10, failed },
  ...{ medianMs: 1, p95Ms: 2, longestMs: 3 },
});

describe("a change while it is rehearsed", () => {
  it("has a word for each phase: past, now and to come", () => {
    const steps = stepsOf({ now: "after", traffic: [traffic("before"), traffic("update", { "GET /: 500": 3 })] });
    assert.deepEqual(
      steps.map(({ title, state }) => `${title}: ${state.mood}, ${state.word}`),
      [
        "before: good, no request failed",
        "update: bad, 3 requests failed",
        "after: busy, now",
        "going back: idle, to come",
        "back: idle, to come",
        "base again: idle, to come",
      ],
    );
    assert.deepEqual(steps[1]!.lines, ["meet/web: 10 requests, 3 failed, 95 % within 2 ms"]);
  });

  it("says of a phase that is over and in which nobody asked that nobody did", () => {
    const [first] = stepsOf({ now: undefined, traffic: [] });
    assert.deepEqual(first?.state, { mood: "idle", word: "nobody asked" });
  });
});
