import assert from "node:assert/strict";
import { claimsOf, renewed } from "../../../ops/review/tokens";
import { tokenOf } from "./cloud-run";

const MINUTE = 60_000;

describe("an identity token", () => {
  const at = { now: 0 };
  const asking = (give: (n: number) => string | undefined) => {
    let asked = 0;
    at.now = 0;
    const tokens = renewed(
      () => new Promise((done) => done(give(++asked))),
      () => at.now,
    );
    return { tokens, count: () => asked };
  };
  const hourly = (n: number): string => tokenOf({ n, exp: (at.now + 60 * MINUTE) / 1000 });

  it("is asked for once, however many requests want it at a time", async () => {
    const { tokens, count } = asking(hourly);
    const given = await Promise.all([tokens.get(), tokens.get()]);
    assert.equal(given[0], given[1]);
    assert.equal(await tokens.get(), given[0]);
    assert.equal(count(), 1);
  });

  it("is another one five minutes before its end, and not earlier", async () => {
    const { tokens, count } = asking(hourly);
    await tokens.get();
    at.now = 55 * MINUTE - 1;
    await tokens.get();
    assert.equal(count(), 1);
    at.now = 55 * MINUTE;
    await tokens.get();
    assert.equal(count(), 2);
  });

  it("is good for 50 minutes where it does not say how long", async () => {
    const { tokens, count } = asking(() => "opaque");
    await tokens.get();
    at.now = 50 * MINUTE - 1;
    await tokens.get();
    assert.equal(count(), 1);
    at.now = 50 * MINUTE;
    await tokens.get();
    assert.equal(count(), 2);
  });

  it("is asked for again where none was given, or the asking failed", async () => {
    const { tokens, count } = asking((n) => {
      if (n === 1) throw new Error("no network");
      return n === 2 ? undefined : "third";
    });
    assert.deepEqual([await tokens.get(), await tokens.get(), await tokens.get()], [undefined, undefined, "third"]);
    assert.equal(count(), 3);
  });

  it("says nothing where it cannot be read", () => {
    assert.deepEqual(claimsOf(tokenOf({ email: "a@b.example" })), { email: "a@b.example" });
    for (const token of ["", "a", "a.b.c", `a.${Buffer.from("null").toString("base64url")}.c`])
      assert.deepEqual(claimsOf(token), {}, token);
  });
});
