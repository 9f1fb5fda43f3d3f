import type { Migrations, Rows } from "./looks";
import type { JobReview } from "./reviews";
import type { Changes } from "../start/update-events";
import { type FailedStep, type Unheard } from "./sessions";
import { IN_PHASE, newSince, requestsOf } from "./noticed";
import type { Phase, Traffic } from "./traffic";
import type { Filled } from "./test-data/fill";
import type { Mishap } from "./watch-instances";
import type { Lock } from "./watch-locks";

/** A migration that the branch applied, and how long it took. */
export type Migration = { database: string; name: string; ms: number };

/** Everything that was seen of a change. */
export type Measured = {
  /** Why the branch could not be applied, in the program's words. */
  failure?: string;
  filled: Filled;
  traffic: Traffic[];
  failedSteps: FailedStep[];
  unheard: Unheard[];
  mishaps: Mishap[];
  /** Whether the instances were not watched to the end. */
  isBlind: boolean;
  /** Systems for which the demo has no session: they were asked for their health alone. */
  healthAlone: string[];
  locks: Lock[];
  /** How often the locks were looked at, and how often they could not be. */
  looks: { at: number; failed: number };
  migrations: Migration[];
  /** What the migrate jobs said beforehand of the migrations that are new. */
  reviews?: JobReview[];
  /** The smallest number of rows of each table that was seen before, and the number after. */
  rows: { before: Rows; after: Rows };
  resources: Changes;
  /** The revisions that were rolled: of a service or pool, from and to. */
  rolled: Record<string, { from: string; to: string }>;
  /** What could not be done on the way back. */
  failureBack?: string;
};

/** `window`: it stops others for a while, which has to be announced. */
export type Verdict = { verdict: "safe" | "unsafe" | "window" | "not judged"; why: string[] };

export type Verdicts = { rollOut: Verdict; goBack: Verdict };

/**
 * From how many milliseconds on a lock is a reason for a window: a request of a web service that waits so long is noticed by
 * whoever made it (RAIL's limit of attention, https://web.dev/articles/rail).
 */
export const LOCK_MS = 1000;

/** Whether the change can be rolled out, and whether one can go back from it. */
export const judge = (measured: Measured): Verdicts => {
  const rollOut = [...failures(measured), ...lossesIn(measured.rows), ...replacedData(measured.resources)];
  const slow = measured.locks.filter(({ heldMs, waitedMs }) => Math.max(heldMs, waitedMs) >= LOCK_MS).map(describeLock);
  return {
    rollOut: verdictOf({
      unsafe: rollOut,
      untried: [...untriedIn(measured, ["update", "after"]), ...unseen(measured)],
      window: slow,
    }),
    goBack: goingBack(measured),
  };
};

/** Nothing is known of a change whose base could not be made, and nothing is called safe then. */
export const notJudged = (why: string): Verdicts => {
  const verdict: Verdict = { verdict: "not judged", why: [why] };
  return { rollOut: verdict, goBack: verdict };
};

type Reasons = { unsafe: string[]; untried: string[]; window?: string[] };

/** What was not tried is not safe; what went wrong is known all the same. */
const verdictOf = ({ unsafe, untried, window = [] }: Reasons): Verdict => {
  if (unsafe.length > 0) return { verdict: "unsafe", why: unsafe };
  if (untried.length > 0) return { verdict: "not judged", why: untried };
  return { verdict: window.length > 0 ? "window" : "safe", why: window };
};

/** The phases in which nobody asked, or a system's clients did not get through one session. */
const untriedIn = ({ traffic, unheard }: Pick<Measured, "traffic" | "unheard">, phases: readonly Phase[]): string[] => [
  ...phases
    .filter((phase) => !traffic.some((each) => each.phase === phase))
    .map((phase) => `no client has asked anything ${IN_PHASE[phase]}`),
  ...unheard
    .filter(({ phase }) => phases.includes(phase))
    .map(({ phase, system }) => `${system}: no client has come through a whole session ${IN_PHASE[phase]}`),
];

const failures = ({ failure, ...measured }: Measured): string[] => {
  const seen = [
    ...(failure === undefined ? [] : [`the branch cannot be applied: ${failure}`]),
    ...requestsOf(measured, ["update", "after"]),
  ];
  return seen.length > 0 ? seen : unseenByChance(measured);
};

/**
 * Between a migration and the new revision the code of before serves on the new databases, as it does on the way back. There it
 * serves longer, so that what a moment may not show is seen.
 */
const unseenByChance = ({ migrations, ...measured }: Omit<Measured, "failure">): string[] =>
  migrations.length === 0
    ? []
    : requestsOf(measured, ["back"]).map((line) => `until it is rolled, as later on the way back: ${line}`);

const goingBack = ({ failure, failureBack, ...measured }: Measured): Verdict => {
  if (failure !== undefined) return { verdict: "not judged", why: ["the branch was not applied"] };
  const unsafe = [
    ...requestsOf(newSince(measured), ["going back"]),
    ...requestsOf(measured, ["back", "base again"]),
    ...(failureBack === undefined ? [] : [failureBack]),
  ];
  return verdictOf({ unsafe, untried: [...untriedIn(measured, ["back", "base again"]), ...beyond(measured)] });
};

/** A session ends at a step that fails: what comes after one that the base itself does not pass is untried while it serves. */
const beyond = ({ failedSteps }: Pick<Measured, "failedSteps">): string[] => {
  const steps = failedSteps.filter(({ phase }) => phase === "before");
  return [
    ...new Set(steps.map(({ system, did }) => `${system}: the base does not pass "${did}", and what comes after it`)),
  ].map((line) => `${line} was not tried on it`);
};

/** A table that has fewer rows than it ever had before. */
const lossesIn = ({ before, after }: Measured["rows"]): string[] =>
  Object.entries(before).flatMap(([database, tables]) =>
    Object.entries(tables).flatMap(([table, rows]) => {
      const left = after[database]?.[table];
      if (left === undefined) return rows === 0 ? [] : [`${database}: table ${table} is gone, with its ${rows} rows`];
      return left < rows ? [`${database}: table ${table} has lost ${rows - left} of ${rows} rows`] : [];
    }),
  );

/** Resources whose replacement loses what they hold. */
const HOLDS_DATA = /^gcp:(sql\/database|sql\/databaseInstance|redis\/instance|storage\/bucket|secretmanager\/secret):/;

const replacedData = ({ replaced, deleted }: Changes): string[] =>
  [...replaced, ...deleted].flatMap((urn) => {
    const [, , type = "", name = ""] = urn.split("::");
    const own = type.split("$").at(-1) ?? "";
    return HOLDS_DATA.test(own)
      ? [
          `${name} (${own.replace(/^.*:/, "")}) is ${replaced.includes(urn) ? "replaced" : "deleted"}, with the data in it`,
        ]
      : [];
  });

const unseen = ({ looks: { at, failed }, isBlind }: Measured): string[] => [
  ...(failed < at ? [] : ["nobody could look at the locks while it was rolled out"]),
  ...(isBlind ? ["the engine stopped telling what becomes of instances"] : []),
];

const describeLock = ({ database, table, query, heldMs, waitedMs }: Lock): string =>
  `${database}: ${table ?? "a lock"} was locked for ${seconds(heldMs)}, and others waited for up to ${seconds(waitedMs)}: ${query}`;

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The smallest number of rows of each table over several looks: what a system tidies up by itself is no loss. */
export const fewest = (looks: readonly Rows[]): Rows => {
  const [first = {}, ...others] = looks;
  return Object.fromEntries(
    Object.entries(first).map(([database, tables]) => [
      database,
      Object.fromEntries(
        Object.entries(tables).map(([table, rows]) => [
          table,
          Math.min(rows, ...others.flatMap((look) => look[database]?.[table] ?? [])),
        ]),
      ),
    ]),
  );
};

/** The migrations that are new, each with the time since the one before it or since the update began. */
export const newMigrations = (of: { before: Migrations; after: Migrations; began: number }): Migration[] =>
  Object.entries(of.after).flatMap(([database, applied]) => {
    const known = new Set(of.before[database]?.map(({ app, name }) => `${app}.${name}`));
    let last = of.began;
    return applied.flatMap(({ app, name, at }) => {
      if (known.has(`${app}.${name}`)) return [];
      const ms = Math.max(0, at - last);
      last = at;
      return [{ database, name: `${app}.${name}`, ms }];
    });
  });
