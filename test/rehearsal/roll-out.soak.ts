import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { closeSeries, runSeries, say, tableOf, type Row } from "../soak/series";
import { RollOuts } from "./roll-outs";

/** Requests a second: at 10 % the new revision gets 4, at 50 % 20, at 100 % all. */
const LOAD = 40;
/** What is killed makes its own requests. */
const GENTLE = 10;
const KILLS = Number(process.env["KILLS"] ?? 20);
/** A whole roll-out takes about so long. */
const LONGEST_MS = 90_000;

/** Around every request of the clients while the new revision gets this share; the smoke test's do not say one. */
const planted = (fault: string, percent: number): string => `
import random as _random, time as _time
_inner = application
def application(environ, start_response):
    if int(environ.get("HTTP_X_SHARE", 0)) >= ${percent}:
        ${fault}
    return _inner(environ, start_response)
`;
const errors = (oneOf: number): string => `if _random.random() < 1 / ${oneOf}:
            start_response("500 Internal Server Error", [("content-type", "text/plain")])
            return [b"planted"]`;
/** 5 %; at the second share, where the old revision has no more requests than the new one, that is not seen each time. */
const ONE_OF: Record<number, number> = { 10: 20, 50: 10, 100: 20 };
const SLOW = "_time.sleep(0.25)";
const SMOKE = `
_whole = application
def application(environ, start_response):
    if environ["PATH_INFO"] == "/health/":
        start_response("503 Service Unavailable", [("content-type", "text/plain")])
        return [b"planted"]
    return _whole(environ, start_response)
`;

type Case = { what: string; python: string; outcome: string; says: RegExp; shares: number[]; failing?: number };
const NONE = /^$/;
const CASES: Case[] = [
  { what: "a good change", python: "# Good.", outcome: "rolled out", says: NONE, shares: [10, 50, 100] },
  ...[10, 50, 100].flatMap((percent): Case[] => {
    const shares = [10, 50, 100].filter((share) => share <= percent);
    const of = { outcome: "taken back", shares };
    return [
      {
        ...{ ...of, what: `1 of ${ONE_OF[percent]} fails at ${percent} %`, says: /of its requests failed/ },
        python: planted(errors(ONE_OF[percent]!), percent),
        failing: percent / 100 / ONE_OF[percent]!,
      },
      { ...of, what: `slow at ${percent} %`, python: planted(SLOW, percent), says: /of its requests took longer/ },
    ];
  }),
  {
    ...{ what: "a start that fails", python: 'raise SystemExit("planted")', outcome: "not begun", shares: [] },
    says: /the update failed, and what served before still does/,
  },
  { what: "a bad smoke test", python: SMOKE, outcome: "taken back", says: /\/health\/ answered 503/, shares: [] },
  { what: "a mended change", python: "# Mended.", outcome: "rolled out", says: NONE, shares: [10, 50, 100] },
];

describe("a roll-out of leads on the rehearsed cloud, under load", function () {
  this.timeout(0);
  const rolls = new RollOuts();
  before(() => rolls.open());
  after(() => rolls.close());

  const rolledOut = async ({ what, python, outcome, says, shares, failing = 0 }: Case): Promise<Row> => {
    const before = await rolls.serving();
    rolls.plant(`# ${what} ${Date.now()}\n${python}`);
    const { result, asked, failed } = await rolls.underLoad(LOAD, () => rolls.deploy("--wait", "120"));
    const { report, output, code } = result;
    const told = `${JSON.stringify(report)}\n${output.slice(-3000)}`;
    assert.equal(report?.outcome, outcome, told);
    assert.equal(code, outcome === "rolled out" ? 0 : 1, told);
    assert.deepEqual(
      report.steps.map(({ percent }) => percent),
      shares,
      told,
    );
    if (says !== NONE) assert.match(report.why.join("\n"), says, told);
    const after = await rolls.serving();
    if (outcome === "rolled out") assert.equal(after.held, false);
    else assert.equal(after.revision, before.revision);
    // Not one beyond what fails, by chance, of the share that the new revision was given.
    assert.ok(failed <= 2 * asked * failing, `${failed} of ${asked} requests failed\n${told}`);
    return { what, seconds: report.seconds, "sum asked": asked, "sum failed": failed };
  };

  it("ends with what served before wherever a fault shows", async () => {
    const entries = await runSeries({
      ...{ name: "roll-out-faults", cases: CASES, count: CASES.length },
      describe: ({ what }) => what,
      run: rolledOut,
      afterFailure: () => Promise.resolve(),
    });
    say(`faults\n${tableOf(entries, { key: "what" })}`);
    closeSeries(entries, { count: CASES.length });
  });

  it(`is finished by the next one after ${KILLS} kills`, async () => {
    const killed = async ({ ms }: { ms: number }): Promise<Row> => {
      rolls.plant(`# Killed after ${ms} ms, ${Date.now()}`);
      const { result, asked, failed } = await rolls.underLoad(GENTLE, async () => {
        const isKilled = await rolls.killedAfter(rolls.start("--wait", "0"), ms);
        // Plugins outlive the CLI for a moment, and go on.
        await sleep(5000);
        return { isKilled, ...(await rolls.deploy("--wait", "0")) };
      });
      const { isKilled, report, output } = result;
      const told = `${JSON.stringify(report)}\n${output.slice(-3000)}`;
      assert.ok(["rolled out", "nothing to judge"].includes(report?.outcome ?? ""), told);
      assert.equal((await rolls.serving()).held, false, told);
      assert.equal(failed, 0, `${failed} of ${asked} requests failed\n${told}`);
      return { killed: String(isKilled), seconds: report!.seconds, "sum asked": asked, "sum failed": failed };
    };
    const entries = await runSeries({
      ...{ name: "roll-out-kills", cases: fc.record({ ms: fc.integer({ min: 0, max: LONGEST_MS }) }), count: KILLS },
      describe: ({ ms }) => `killed after ${ms} ms`,
      run: killed,
      afterFailure: () => Promise.resolve(),
    });
    say(`kills\n${tableOf(entries, { key: "killed" })}`);
    closeSeries(entries, { count: KILLS });
  });
});
