import { setTimeout as sleep } from "node:timers/promises";
import { tagsOf } from "../../infra/plan/roll-out";
import { keyOf, type Monitoring, type Seen } from "./figures";
import { FEWEST, judge, type Figures, type Judgement } from "./judge";
import type { Judged } from "./report";
import type { Web } from "./stack";
import type { Trial } from "./trial";

/** The services of which two revisions are there to be compared, by the addresses of their tags. */
export const trialsOf = (of: { webs: readonly Web[]; ids: readonly string[]; run: string }): Trial[] => {
  const tags = tagsOf(of.run);
  return of.webs.flatMap(({ id, name, resource, healthPath, is }) => {
    const { stable, ready: fresh, uri } = is;
    const [at, before] = [is.tags[tags.new], is.tags[tags.old]];
    if (!of.ids.includes(id) || !stable || !fresh || stable === fresh || !at || !before) return [];
    return [{ id, name, resource, stable, fresh, uri, at: { fresh: at, stable: before }, healthPath }];
  });
};

export type Judging = {
  trials: readonly Trial[];
  monitoring: Monitoring;
  /** When the new revisions got their first traffic, and when they got this share; milliseconds since 1970. */
  since: { first: number; step: number };
  /** Whether the old revisions get no traffic any more. */
  isLast: boolean;
  /** How long others' requests are waited for before some are made, and how long the figures may lack them, in milliseconds. */
  waitMs: number;
  delayMs: number;
  everyMs: number;
  /** Makes so many requests to each revision of each of these. */
  supply: (of: { trials: readonly Trial[]; count: number }) => Promise<void>;
  report: (line: string) => void;
  now?: () => number;
};

/** The end of a step: `breach` says why the new revisions are not to go on. */
export type Ended = { judged: Judged[]; breach: string[] };

const NONE: Figures = { requests: 0, errors: 0, latencies: [] };
/** What the figures may lack of requests that were made, besides their known delay: sampling, a lost point. */
const GRACE_MS = 60_000;
/** So many are made for each hundred that are missing, for those that do not come through. */
const MORE = 110;

/**
 * Waits until the figures of each service have as many requests as a judgement needs, and judges. Where others do not ask often
 * enough, it makes the requests that are missing; where the figures lack them even then, it does not pass.
 */
export const judged = async (of: Judging): Promise<Ended> => {
  const { trials, monitoring, since, isLast, waitMs, delayMs, everyMs, supply, report, now = Date.now } = of;
  const made = new Map<string, number>();
  for (let deadline = now() + waitMs; ; await sleep(everyMs)) {
    const seen = await lookAt(monitoring, since, now());
    const judgements = trials.map((trial) => judgementOf({ trial, isLast, ...seen }));
    const told = judgements.map(({ trial, judgement, fresh, old }) =>
      toldOf({ trial, judgement, fresh, old, made: made.get(trial.id) ?? 0 }),
    );
    const worse = told.filter(({ verdict }) => verdict === "worse");
    if (worse.length > 0) return { judged: told, breach: worse.map(({ service, why }) => `${service}: ${why}`) };
    const lacking = judgements.filter(({ judgement }) => judgement.verdict === "too few");
    if (lacking.length === 0) return { judged: told, breach: [] };
    if (now() < deadline) continue;
    if (made.size > 0)
      return { judged: told, breach: lacking.map(({ trial, judgement }) => notSeen(trial, judgement)) };
    const fewest = Math.min(...lacking.map(({ fresh, old }) => Math.min(fresh.requests, old.requests)));
    const count = Math.ceil(((FEWEST - fewest) * MORE) / 100);
    const names = lacking.map(({ trial }) => trial.id).join(", ");
    report(`too few requests of ${names}: ${count} are made for each revision, which change nothing`);
    await supply({ trials: lacking.map(({ trial }) => trial), count });
    for (const { trial } of lacking) made.set(trial.id, count);
    deadline = now() + delayMs + GRACE_MS;
  }
};

type Both = { step: Seen; all: Seen };

/** Both are compared in the same time; at the last step, where the old one gets none, with all that it had since the first. */
const lookAt = async (monitoring: Monitoring, since: Judging["since"], now: number): Promise<Both> => {
  // A time has a length.
  const to = Math.max(now, since.step + 1);
  const [step, all] = await Promise.all([monitoring.between(since.step, to), monitoring.between(since.first, to)]);
  return { step, all };
};

type Compared = { trial: Trial; judgement: Judgement; fresh: Figures; old: Figures };

const judgementOf = ({ trial, isLast, step, all }: { trial: Trial; isLast: boolean } & Both): Compared => {
  const fresh = step.get(keyOf(trial.name, trial.fresh)) ?? NONE;
  const old = (isLast ? all : step).get(keyOf(trial.name, trial.stable)) ?? NONE;
  return { trial, judgement: judge({ fresh, old }), fresh, old };
};

const toldOf = ({ trial, judgement, fresh, old, made }: Compared & { made: number }): Judged => ({
  service: trial.id,
  verdict: judgement.verdict,
  ...("why" in judgement && { why: judgement.why }),
  fresh: { requests: fresh.requests, errors: fresh.errors },
  old: { requests: old.requests, errors: old.errors },
  made,
});

const notSeen = ({ id }: Trial, judgement: Judgement): string =>
  `${id}: it cannot be judged, and so does not pass: ${"why" in judgement ? judgement.why : ""}`;
