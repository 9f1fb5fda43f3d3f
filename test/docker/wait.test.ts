import assert from "node:assert/strict";
import { until } from "../../docker/wait";

/** Gives these answers one after the other, and then the last one again. */
const asking = <T>(answers: readonly T[]) => {
  const asked: T[] = [];
  return {
    asked,
    ask: () => (asked.push(answers[Math.min(asked.length, answers.length - 1)] as T), asked.at(-1) as T),
  };
};

describe("waiting", () => {
  it("asks at once, and ends with the first answer that is true", async () => {
    const { ask, asked } = asking([false, false, true]);
    assert.equal(await until({ ask, everyMs: 1 }), true);
    assert.equal(asked.length, 3);
    const began = Date.now();
    assert.equal(await until({ ask: () => true, everyMs: 5000 }), true);
    assert.ok(Date.now() - began < 1000);
  });

  it("ends with the answer that the caller waits for", async () => {
    const { ask } = asking(["starting", "starting", "healthy"]);
    assert.equal(await until({ ask, ends: (answer) => answer === "healthy", everyMs: 1 }), "healthy");
  });

  it("gives the last answer when the patience is over, and asks once without any", async () => {
    const { ask, asked } = asking(["starting"]);
    const began = Date.now();
    assert.equal(await until({ ask, ends: () => false, everyMs: 10, patienceMs: 100 }), "starting");
    assert.ok(Date.now() - began >= 95 && asked.length > 2 && asked.length <= 12, `${asked.length} times`);
    const once = asking([false]);
    assert.equal(await until({ ask: once.ask, everyMs: 5000, patienceMs: 0 }), false);
    assert.equal(once.asked.length, 1);
  });

  it("hears an answer that comes after the patience", async () => {
    const ask = () => new Promise<string>((resolve) => setTimeout(resolve, 50, "late"));
    assert.equal(await until({ ask, everyMs: 1, patienceMs: 10 }), "late");
  });

  it("waits as long as the answer says", async () => {
    const { ask, asked } = asking(["soon", "later", "done"]);
    const began = Date.now();
    await until({ ask, ends: (answer) => answer === "done", everyMs: (answer) => (answer === "later" ? 60 : 1) });
    assert.ok(Date.now() - began >= 55);
    assert.deepEqual(asked, ["soon", "later", "done"]);
  });

  it("throws what the question throws", () =>
    assert.rejects(until({ ask: () => Promise.reject(new Error("gone")), everyMs: 1 }), /gone/));
});
