import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { machineClock } from "../../../rehearsal/apis/cloudscheduler/clock";
import { backoffSeconds, retryAt } from "../../../rehearsal/apis/cloudscheduler/retries";
import { nextTime } from "../../../rehearsal/apis/cloudscheduler/schedule";
import type { ApiError } from "../../../rehearsal/errors";

const SATURDAY = new Date("2026-03-28T12:34:56.500Z");

const refusal = (schedule: string, timeZone?: string): string => {
  try {
    return nextTime({ schedule, ...(timeZone !== undefined && { timeZone }) }, SATURDAY).toISOString();
  } catch (error) {
    return `${(error as ApiError).code} ${(error as ApiError).message}`;
  }
};

describe("the times of a scheduled job", () => {
  for (const [schedule, timeZone, next] of [
    ["* * * * *", "UTC", "2026-03-28T12:35:00.000Z"],
    ["*/5 * * * *", "utc", "2026-03-28T12:35:00.000Z"],
    ["0 9 * * 1", "Europe/Madrid", "2026-03-30T07:00:00.000Z"],
    ["0 9 * * 6", "Europe/Madrid", "2026-04-04T07:00:00.000Z"],
    ["0 9 * * 1", "America/New_York", "2026-03-30T13:00:00.000Z"],
    ["0 0 * * 7", "", "2026-03-29T00:00:00.000Z"],
    ["30 8-10/2,20 1 jan-mar,DEC *", "UTC", "2026-12-01T08:30:00.000Z"],
    // Either of the two days is enough.
    ["0 0 1 * MON", "UTC", "2026-03-30T00:00:00.000Z"],
  ] as const)
    it(`are read as Google does: ${schedule} in ${timeZone || "no time zone"}`, () =>
      expect(nextTime({ schedule, timeZone }, SATURDAY).toISOString()).to.equal(next));

  for (const [schedule, timeZone] of [
    ["", "UTC"],
    ["* * * *", "UTC"],
    ["* * * * * *", "UTC"],
    ["60 * * * *", "UTC"],
    ["0 24 * * *", "UTC"],
    ["0 0 L * *", "UTC"],
    ["0 0 ? * *", "UTC"],
    ["0 0 * * MON#1", "UTC"],
    ["5/10 * * * *", "UTC"],
    ["@daily", "UTC"],
    ["0 0 31 2 *", "UTC"],
    ["* * * * *", "Europe/Nowhere"],
  ] as const)
    it(`are refused where they are none: '${schedule}' in ${timeZone}`, () =>
      expect(refusal(schedule, timeZone)).to.equal("400 Schedule or time zone is invalid."));

  it("are not rehearsed in App Engine's syntax, which says so", () => {
    for (const schedule of ["every 5 minutes", "1st monday of month 09:00", "first sunday of jan 00:00"])
      expect(refusal(schedule)).to.equal("501 rehearsal: schedules in App Engine's syntax are not rehearsed yet");
  });
});

describe("the retries of a scheduled job", () => {
  const config = { minBackoffDuration: "10s", maxBackoffDuration: "300s", maxDoublings: 3 };

  it("wait as Google's example has it", () =>
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((retry) => backoffSeconds(config, retry))).to.deep.equal([
      ...[10, 20, 40, 80, 160, 240, 300, 300],
    ]));

  it("end with their number and their duration, whichever comes last", () => {
    const now = new Date("2026-11-29T10:01:00Z");
    const at = (failed: number, more: object): string | undefined =>
      retryAt({
        execution: { scheduleTime: "", began: "2026-11-29T10:00:00Z", failed },
        config: { ...config, maxRetryDuration: "0s", ...more },
        now,
      })?.toISOString();
    expect(at(1, {})).to.equal(undefined);
    expect(at(2, { retryCount: 2 })).to.equal("2026-11-29T10:01:20.000Z");
    expect(at(3, { retryCount: 2 })).to.equal(undefined);
    expect(at(3, { retryCount: 2, maxRetryDuration: "61s" })).to.equal("2026-11-29T10:01:40.000Z");
    expect(at(3, { retryCount: 2, maxRetryDuration: "60s" })).to.equal(undefined);
  });
});

describe("the clock of this machine", () => {
  it("rings at a time, at once for one that is past, and never when it is taken back", async () => {
    const rung: string[] = [];
    const inMs = (ms: number): Date => new Date(Date.now() + ms);
    machineClock.at(inMs(30), () => rung.push("soon"));
    machineClock.at(inMs(-5000), () => rung.push("past"));
    machineClock.at(inMs(10), () => rung.push("taken back"))();
    // Longer than one of Node's timers can wait, which would ring at once.
    machineClock.at(inMs(2 ** 31 + 1000), () => rung.push("next month"));
    await sleep(80);
    expect(rung).to.deep.equal(["past", "soon"]);
  });
});
