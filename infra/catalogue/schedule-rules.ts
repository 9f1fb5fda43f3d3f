import { Cron } from "croner";
import { when, type Problem } from "../problems";
import { UTC, type Scheduled } from "./vocabulary";

/** A value of a field, alone, as a range or as steps; three letters are a month's or a weekday's name. */
const VALUE = String.raw`(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(/\d+)?`;
/** What Cloud Scheduler and cron both take: https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules */
const FIELDS = new RegExp(`^${Array(5).fill(`${VALUE}(,${VALUE})*`).join(" ")}$`, "i");

/** The most that the policy pack lets a job run, in seconds (policy/rules/scaling.ts). */
const MOST_SECONDS = 3600;

/** The problems of a scheduled job's times. */
export const scheduleProblems = (
  path: string,
  { timeout, schedule: { cron, timeZone = UTC } }: Scheduled,
): Problem[] => [
  ...when(!isCron(cron), {
    path: `${path}.schedule.cron`,
    message: `"${cron}" is no time of cron's; allowed: minute, hour, day, month, weekday, as 15 3 * * *`,
    cure: "write five fields, with one space between two",
  }),
  ...when(!isTimeZone(timeZone), {
    path: `${path}.schedule.timeZone`,
    message: `${timeZone} is no time zone; allowed: a name of the IANA's list, as Europe/Madrid`,
    cure: "correct it, or take it out: times are UTC then",
  }),
  ...when(!isTime(timeout), {
    path: `${path}.timeout`,
    message: `${timeout} is not a time; allowed: whole seconds from 1s to ${MOST_SECONDS}s, as 600s`,
    cure: "write it in seconds",
  }),
];

const isTime = (written: string): boolean =>
  /^[1-9]\d*s$/.test(written) && Number.parseInt(written, 10) <= MOST_SECONDS;

/** A day that no month has never comes. */
const isCron = (cron: string): boolean =>
  FIELDS.test(cron) && made(() => new Cron(cron, { paused: true }).nextRun() ?? undefined) !== undefined;

/** Others tell capital letters from small ones. */
const isTimeZone = (timeZone: string): boolean => {
  const known = made(() => new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone);
  return known === timeZone || (known !== undefined && known.toLowerCase() !== timeZone.toLowerCase());
};

const made = <T>(make: () => T): T | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};
