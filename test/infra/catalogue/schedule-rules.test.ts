import { expect } from "chai";
import { leads } from "../../../infra/catalogue/leads";
import { scheduleProblems } from "../../../infra/catalogue/schedule-rules";
import type { Scheduled } from "../../../infra/catalogue/vocabulary";

const nightly = leads.services["clear-sessions"] as Scheduled;
const problemsOf = (change: Partial<Scheduled>): string[] =>
  scheduleProblems("leads.clear-sessions", { ...nightly, ...change }).map(({ path, message }) => `${path} ${message}`);

describe("the rules of a schedule", () => {
  it("find nothing wrong with cron's five fields and a known time zone", () => {
    for (const cron of ["15 3 * * *", "*/5 8-18 * * MON-FRI", "0 0 1,15 JAN *"])
      expect(problemsOf({ schedule: { cron, timeZone: "Europe/Madrid" } }), cron).to.deep.equal([]);
    expect(problemsOf({ timeout: "3600s" })).to.deep.equal([]);
    for (const timeZone of ["Etc/UTC", "UTC", "Asia/Calcutta"])
      expect(problemsOf({ schedule: { cron: "0 0 * * *", timeZone } }), timeZone).to.deep.equal([]);
  });

  const broken: [what: string, change: Partial<Scheduled>, problem: RegExp][] = [
    [
      "four fields",
      { schedule: { cron: "3 * * *" } },
      /clear-sessions.schedule.cron "3 \* \* \*" is no time of cron's/,
    ],
    ["six fields", { schedule: { cron: "0 15 3 * * *" } }, /is no time of cron's/],
    ["an hour that there is not", { schedule: { cron: "15 24 * * *" } }, /is no time of cron's/],
    ["words that Cloud Scheduler does not have", { schedule: { cron: "15 3 L * *" } }, /is no time of cron's/],
    ["a nickname", { schedule: { cron: "@daily" } }, /is no time of cron's/],
    ["no time zone", { schedule: { cron: "15 3 * * *", timeZone: "Madrid" } }, /timeZone Madrid is no time zone/],
    ["a run without end", { timeout: "0s" }, /clear-sessions.timeout 0s is not a time/],
    ["a run longer than the policies allow", { timeout: "3601s" }, /1s to 3600s/],
    ["a day that never comes", { schedule: { cron: "0 0 31 4,6 *" } }, /is no time of cron's/],
    ["a zone in small letters", { schedule: { cron: "0 0 * * *", timeZone: "europe/madrid" } }, /is no time zone/],
  ];
  for (const [what, change, problem] of broken)
    it(`refuse ${what}`, () => expect(problemsOf(change).join("\n")).to.match(problem));
});
