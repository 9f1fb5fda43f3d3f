import { Cron } from "croner";
import { invalidArgument, notRehearsed } from "../../errors";

/** When a job is called: a unix-cron schedule, read in a time zone. */
export type Timed = { schedule?: string; timeZone?: string };

const MONTH = "\\d+|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const WEEKDAY = "\\d+|SUN|MON|TUE|WED|THU|FRI|SAT";

/** A list of values and ranges, of which a range may have steps: https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules */
const field = (value: string): string => {
  const item = `(?:(?:\\*|(?:${value})-(?:${value}))(?:/\\d+)?|(?:${value}))`;
  return `${item}(?:,${item})*`;
};

/** Croner takes more than Google does, such as `L` and `@daily`. */
const UNIX_CRON = new RegExp(`^\\s*${["\\d+", "\\d+", "\\d+", MONTH, WEEKDAY].map(field).join("\\s+")}\\s*$`, "i");

/** The older syntax, such as "every 5 minutes" and "1st monday of month 09:00". */
const APP_ENGINE = /^\s*(?:every|\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth)\b/i;

/**
 * The first time of a schedule after another one.
 * @throws ApiError 400 in the words of https://github.com/googleapis/google-cloud-go/issues/1352
 */
export const nextTime = ({ schedule = "", timeZone }: Timed, after: Date): Date => {
  if (APP_ENGINE.test(schedule)) throw notRehearsed("schedules in App Engine's syntax are");
  const next = UNIX_CRON.test(schedule) ? nextOf({ schedule, timeZone: timeZone || "UTC" }, after) : undefined;
  if (!next) throw invalidArgument("Schedule or time zone is invalid.");
  return next;
};

/** Undefined where the time zone or a value is none, or no day ever fits. */
const nextOf = ({ schedule, timeZone }: Required<Timed>, after: Date): Date | undefined => {
  try {
    const cron = new Cron(schedule.trim(), { timezone: timeZone, mode: "5-part", paused: true });
    return cron.nextRun(after) ?? undefined;
  } catch {
    return undefined;
  }
};
