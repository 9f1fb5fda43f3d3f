import assert from "node:assert/strict";
import { fewest, judge, newMigrations, notJudged, type Measured } from "../../../ops/change/verdict";
import { type FailedStep } from "../../../ops/change/sessions";
import { PHASES, type Phase, type Traffic } from "../../../ops/change/traffic";

const nothing = { made: [], changed: [], replaced: [], deleted: [] };
const calm = (of: Partial<Measured> = {}): Measured => ({
  filled: {},
  traffic: PHASES.map((phase) => traffic(phase, {})),
  ...{
    failedSteps: [],
    unheard: [],
    mishaps: [],
    isBlind: false,
    healthAlone: [],
    locks: [],
    migrations: [],
    resources: nothing,
    rolled: {},
  },
  looks: { at: 9, failed: 0 },
  rows: { before: {}, after: {} },
  ...of,
});
const traffic = (phase: Phase, failed: Record<string, number>): Traffic => ({
  ...{ phase, service: "booking/reservas", asked: 100, failed },
  ...{ medianMs: 10, p95Ms: 20, longestMs: 30 },
});
const step = (phase: Phase, did = "Ana books"): FailedStep => ({
  phase,
  system: "booking",
  did,
  why: "the status is 400",
});

describe("the verdict on a change", () => {
  it("is safe both ways where nobody noticed", () => {
    const seen = calm();
    assert.deepEqual(judge(seen), { rollOut: { verdict: "safe", why: [] }, goBack: { verdict: "safe", why: [] } });
  });

  it("counts a failed request where it happened: in the roll-out, or on the way back", () => {
    const failed = { "GET /api/v1/reservas/: 500": 3 };
    const out = judge(calm({ traffic: PHASES.map((phase) => traffic(phase, phase === "update" ? failed : {})) }));
    assert.deepEqual(out.rollOut, {
      verdict: "unsafe",
      why: ["booking/reservas: 3 of 100 requests failed while it was rolled out: GET /api/v1/reservas/: 500 (3)"],
    });
    assert.equal(out.goBack.verdict, "safe");
    const back = judge(calm({ traffic: PHASES.map((phase) => traffic(phase, phase === "back" ? failed : {})) }));
    assert.equal(back.rollOut.verdict, "safe");
    assert.match(back.goBack.why.join(), /when the revisions of before served again, on the databases of after/);
  });

  it("does not blame the change for what the base did not do, nor for failures of before", () => {
    const seen = calm({
      filled: {},
      traffic: PHASES.map((phase) => traffic(phase, phase === "before" ? { "GET /: 500": 1 } : {})),
      failedSteps: [step("before"), step("update"), step("back")],
    });
    const { rollOut, goBack } = judge(seen);
    assert.deepEqual([rollOut.verdict, goBack.verdict], ["safe", "not judged"]);
    // Its sessions end there, so what follows was never asked of the code of before.
    assert.match(
      goBack.why.join(),
      /^booking: the base does not pass "Ana books", and what comes after it was not tried/,
    );
    // What the branch's own clients do has to go well once it serves, new or not.
    const own = judge(calm({ failedSteps: [step("before"), step("after"), step("after")] }));
    assert.deepEqual(own.rollOut.why, [
      'booking: "Ana books" failed 2 times once it was rolled out: the status is 400',
    ]);
  });

  it("tells what happened in instances, but for what happens to the base as well", () => {
    const what = "Task sync raised unexpected: TypeError";
    const mishaps = [
      { phase: "before" as const, of: "meet-web", what: "a known one" },
      { phase: "update" as const, of: "meet-web", what: "a known one" },
      ...[1, 2].map(() => ({ phase: "update" as const, of: "meet-worker", what })),
      { phase: "back" as const, of: "meet-web", what: "did not end within ten seconds of SIGTERM, and was killed" },
    ];
    const { rollOut, goBack } = judge(calm({ mishaps }));
    assert.deepEqual(rollOut.why, [`meet-worker: ${what} (while it was rolled out, 2 times)`]);
    assert.match(goBack.why.join(), /^meet-web: did not end within ten seconds of SIGTERM, and was killed \(when/);
  });

  it("names the statement behind a lock that a client would notice", () => {
    const lock = { database: "db/reservas", table: "reserva", query: "ALTER TABLE reserva" };
    const short = judge(calm({ locks: [{ ...lock, heldMs: 999, waitedMs: 999 }] }));
    assert.equal(short.rollOut.verdict, "safe");
    for (const times of [
      { heldMs: 1000, waitedMs: 0 },
      { heldMs: 0, waitedMs: 1000 },
    ]) {
      const { verdict, why } = judge(calm({ locks: [{ ...lock, ...times }] })).rollOut;
      assert.equal(verdict, "window");
      assert.match(why.join(), /^db\/reservas: reserva was locked for .+ waited for up to .+: ALTER TABLE reserva$/);
    }
  });

  it("knows lost rows, lost tables, and data that is replaced", () => {
    const rows = {
      before: { "i/d": { kept: 5, fewer: 5, gone: 2, empty: 0 } },
      after: { "i/d": { kept: 9, fewer: 3 } },
    };
    assert.deepEqual(judge(calm({ rows })).rollOut.why, [
      "i/d: table fewer has lost 2 of 5 rows",
      "i/d: table gone is gone, with its 2 rows",
    ]);
    const urn = "urn:pulumi:change::fleet::fleet:gcp:SqlServer$gcp:sql/databaseInstance:DatabaseInstance::postgres";
    const { why } = judge(calm({ resources: { ...nothing, replaced: [urn] } })).rollOut;
    assert.deepEqual(why, ["postgres (DatabaseInstance) is replaced, with the data in it"]);
  });

  it("calls unsafe to roll out what the code of before does not bear on the way back, where the databases changed", () => {
    const failed = { "POST /api/v1/meetings/: 500": 2 };
    const seen = { traffic: PHASES.map((phase) => traffic(phase, phase === "back" ? failed : {})) };
    const migrations = [{ database: "i/d", name: "meet.0004", ms: 10 }];
    const { rollOut, goBack } = judge(calm({ ...seen, migrations }));
    assert.deepEqual([rollOut.verdict, goBack.verdict], ["unsafe", "unsafe"]);
    assert.match(
      rollOut.why.join(),
      /^until it is rolled, as later on the way back: booking\/reservas: 2 of 100 requests/,
    );
    assert.equal(judge(calm(seen)).rollOut.verdict, "safe");
  });

  it("does not judge the way back from what was never applied, nor anything without a base", () => {
    const failed = judge(calm({ failure: "booking/reservas-migrate failed" }));
    assert.deepEqual(failed.rollOut.why, ["the branch cannot be applied: booking/reservas-migrate failed"]);
    assert.equal(failed.goBack.verdict, "not judged");
    const why = ["its packages could not be installed"];
    assert.deepEqual(notJudged(why[0]!), {
      rollOut: { verdict: "not judged", why },
      goBack: { verdict: "not judged", why },
    });
  });

  it("does not blame the way back for what the new code does wrong while the traffic is given back", () => {
    const failed = { "GET /: 500": 2 };
    const both = (phase: Phase) => traffic(phase, ["after", "going back"].includes(phase) ? failed : {});
    const out = judge(calm({ traffic: PHASES.map(both) }));
    assert.deepEqual([out.rollOut.verdict, out.goBack.verdict], ["unsafe", "safe"]);
    const fresh = judge(calm({ traffic: PHASES.map((phase) => traffic(phase, phase === "going back" ? failed : {})) }));
    assert.deepEqual([fresh.rollOut.verdict, fresh.goBack.verdict], ["safe", "unsafe"]);
    assert.match(fresh.goBack.why.join(), /2 of 100 requests failed while the traffic was given back/);
  });

  it("calls nothing safe that nobody tried", () => {
    assert.match(judge(calm({ isBlind: true })).rollOut.why.join(), /the engine stopped telling/);
    const silent = judge(calm({ traffic: [] }));
    assert.deepEqual([silent.rollOut.verdict, silent.goBack.verdict], ["not judged", "not judged"]);
    assert.match(silent.rollOut.why.join(), /no client has asked anything while it was rolled out/);
    const unheard = judge(calm({ unheard: [{ phase: "back", system: "meet" }] }));
    assert.deepEqual([unheard.rollOut.verdict, unheard.goBack.verdict], ["safe", "not judged"]);
    assert.equal(judge(calm({ looks: { at: 3, failed: 3 } })).rollOut.verdict, "not judged");
    const known = judge(calm({ traffic: [], failure: "it does not start" }));
    assert.equal(known.rollOut.verdict, "unsafe");
  });

  it("says what could not be done on the way back", () => {
    const { goBack } = judge(calm({ failureBack: "the revisions of before do not serve again: 404" }));
    assert.deepEqual(goBack, { verdict: "unsafe", why: ["the revisions of before do not serve again: 404"] });
  });

  it("takes the fewest rows of several looks, for what a system tidies up itself", () => {
    assert.deepEqual(fewest([{ d: { offers: 4, a: 1 } }, { d: { offers: 0, a: 2 } }]), { d: { offers: 0, a: 1 } });
  });

  it("knows the new migrations, each with the time since the one before", () => {
    const [first, second] = [
      { app: "a", name: "0001", at: 1000 },
      { app: "a", name: "0002", at: 9500 },
    ];
    const after = { d: [first, second, { app: "b", name: "0001", at: 9700 }] };
    assert.deepEqual(newMigrations({ before: { d: [first] }, after, began: 9000 }), [
      { database: "d", name: "a.0002", ms: 500 },
      { database: "d", name: "b.0001", ms: 200 },
    ]);
  });
});
