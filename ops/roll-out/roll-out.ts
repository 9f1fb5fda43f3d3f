import { randomBytes } from "node:crypto";
import { tagsOf } from "../../infra/plan/roll-out";
import { checkedOut } from "../change/base";
import { configValue } from "../rotation/pulumi";
import type { Session } from "../start/set-up";
import { releasesIn } from "../stack/held";
import type { State } from "../stack/checkpoint";
import { tell } from "../terminal/phase";
import { wasInterrupted } from "../terminal/processes";
import { nextReleases } from "./releases";
import { previewed, type Previewed } from "./preview";
import type { Outcome, RollOutReport, Step } from "./report";
import { smoke, supply } from "./smoke";
import { connectStack, differsFrom, refreshed, updateWith, websOf, type Cloud, type Web } from "./stack";
import type { Trial } from "./trial";
import { judged, trialsOf } from "./trials";
import { walkTrials } from "./walk";

/** The shares of the traffic in percent that new revisions get, one after the other. */
export const SHARES = [10, 50, 100] as const;

export type RollingOut = {
  session: Session;
  /** How long a step waits for others' requests before it makes some, in milliseconds; without it, the figures' delay and two minutes. */
  waitMs?: number;
  /** Whether the smoke test writes test data too, as the demo's sessions do. */
  walks: boolean;
  /** Whether the newest revisions get all at once, unjudged. */
  atOnce: boolean;
  /** Whether somebody pressed Ctrl-C; left out: here. */
  isInterrupted?: () => boolean;
  /** Asks the person before anything is touched. */
  confirmed: (previewed: Previewed) => Promise<void>;
};

const report = tell("roll-out");

/** How a roll-out came to its end. */
class End extends Error {
  constructor(
    readonly outcome: Outcome,
    readonly why: readonly string[] = [],
  ) {
    super(why.join("; "));
  }
}

/** The facts of a roll-out, as they come to be known. */
type Course = RollingOut & { cloud: Cloud; run: string; steps: Step[]; unjudged: string[]; trials: Trial[] };

/**
 * Rolls this checkout out to a cloud stack: new revisions get no traffic, then shares of it, and are compared with those of before at
 * each. Where they are worse, those of before get all of it back. It is the same after one that was cut off: the trial begins anew.
 */
export const rollOut = async (of: RollingOut): Promise<RollOutReport> => {
  const began = Date.now();
  const { session } = of;
  const run = randomBytes(3).toString("hex");
  const course: Course = { ...of, run, cloud: connectStack(session), steps: [], unjudged: [], trials: [] };
  const end = await courseOf(course).catch((error: Error) => {
    if (error instanceof End) return error;
    throw error;
  });
  return {
    ...{ stack: session.stack.name, run, ...checkedOut() },
    ...{ outcome: end.outcome, why: [...end.why] },
    services: course.trials.map(({ id, stable, fresh }) => ({ service: id, from: stable, to: fresh })),
    ...{ unjudged: course.unjudged, steps: course.steps },
    seconds: Math.round((Date.now() - began) / 1000),
  };
};

const courseOf = async (course: Course): Promise<End> => {
  const { cloud, session, run } = course;
  report("previewing, with the policies");
  const preview = await previewed(session);
  if ("failure" in preview) throw new End("not begun", [`the preview failed: ${preview.failure}`]);
  await course.confirmed(preview);
  const { state, webs } = await websOf(cloud);
  const ids = onTrial({ webs, preview, atOnce: course.atOnce });
  tellUnjudged({ course, preview, webs, ids });
  const holds = (percent: number) =>
    Object.fromEntries(
      webs.flatMap(({ id, is }) => (ids.includes(id) && is.stable ? [[id, { stable: is.stable, percent, run }]] : [])),
    );
  const refresh = differsFrom(state, webs);
  if (refresh)
    report("Google's traffic is not what the state says (something was cut off): the state is refreshed first");

  const first = await updateWith(session, {
    rollOut: { holds: holds(0), keepsPools: ids.length > 0 },
    note: ids.length > 0 ? "new revisions without traffic" : "nothing to compare",
    refresh,
  });
  goOn(course);
  if (first !== undefined)
    throw new End("not begun", [`the update failed, and what served before still does: ${first}`]);
  const made = await websOf(cloud);
  course.trials = trialsOf({ webs: made.webs, ids, run });
  if (course.trials.length > 0)
    await tryOut(course, holds).catch(async (error: Error) => {
      if (error instanceof End) throw error;
      const why = [`it could not be judged: ${error.message}`];
      throw await takenBack(course, why).catch((failure: Error) =>
        failure instanceof End ? failure : new End("not taken back", [...why, failure.message]),
      );
    });
  return finished(course, { before: webs, state: made.state });
};

/** The services that get a new revision, and those for which a revision of before is kept. */
const onTrial = (of: { webs: readonly Web[]; preview: Previewed; atOnce: boolean }): string[] =>
  of.atOnce
    ? []
    : of.webs
        .filter(
          ({ urn, is }) => is.stable !== undefined && (of.preview.changed.includes(urn) || is.stable !== is.ready),
        )
        .map(({ id }) => id);

type Telling = { course: Course; preview: Previewed; webs: readonly Web[]; ids: readonly string[] };

const tellUnjudged = ({ course, preview, webs, ids }: Telling): void => {
  if (course.atOnce) course.unjudged.push("everything: all of the traffic was to be the newest revisions' at once");
  for (const [what, urns] of [
    ["a worker pool", preview.pools],
    ["a scheduled job", preview.scheduled],
  ] as const)
    for (const urn of urns)
      course.unjudged.push(`${urn.split("::").pop()}: ${what} has no traffic; it is rolled with the last share`);
  if (webs.length === 0) course.unjudged.push("every web service: there is none of before to compare it with");
  else report(ids.length > 0 ? `on trial: ${ids.join(", ")}` : "no web service gets a new revision");
};

type HoldsOf = (percent: number) => Record<string, { stable: string; percent: number; run: string }>;

const tryOut = async (course: Course, holds: HoldsOf): Promise<void> => {
  const { cloud, session, trials } = course;
  const wrong = await smokeOf(course);
  goOn(course);
  if (wrong.length > 0)
    throw await takenBack(course, ["the smoke test failed, before anybody was sent there", ...wrong]);
  const delayMs = await cloud.monitoring.delayMs();
  const waitMs = course.waitMs ?? delayMs + 120_000;
  let first: number | undefined;
  for (const percent of SHARES) {
    const began = Date.now();
    await requireOwn(course);
    const note = `${percent} % of the traffic for new revisions`;
    const failure = await updateWith(session, { rollOut: { holds: holds(percent), keepsPools: percent < 100 }, note });
    goOn(course);
    if (failure !== undefined) throw await takenBack(course, [`the update to ${percent} % failed: ${failure}`]);
    first ??= began;
    const since = { first, step: Date.now() };
    report(
      `${percent} %: waiting for ${trials.length === 1 ? "the service's" : "the services'"} requests in Cloud Monitoring, which may be ${Math.round(delayMs / 1000)} s late`,
    );
    const { judged: told, breach } = await judged({
      ...{ trials, since, waitMs, delayMs, report, isLast: percent === 100 },
      monitoring: cloud.monitoring,
      everyMs: cloud.isRehearsed ? 500 : 10_000,
      supply: (what) => supply({ ...what, env: session.env }),
    });
    course.steps.push({ percent, seconds: Math.round((Date.now() - began) / 1000), judged: told });
    for (const { service, verdict, fresh, old, made } of told)
      report(
        `${percent} %: ${service}: ${verdict}; ${fresh.errors} of ${fresh.requests} failed, of before ${old.errors} of ${old.requests}${made > 0 ? `; ${made} of each were made` : ""}`,
      );
    if (breach.length > 0) throw await takenBack(course, [`worse at ${percent} %`, ...breach]);
  }
};

const smokeOf = async ({ session, cloud, trials, walks }: Course): Promise<string[]> => {
  report(`asking the new revisions at addresses of their own: ${trials.map(({ at }) => at.fresh).join(", ")}`);
  const wrong = (await Promise.all(trials.map((trial) => smoke({ trial, env: session.env })))).flat();
  if (wrong.length > 0 || !walks) return wrong;
  report("walking through the systems on trial with the new revisions");
  const { state } = await websOf(cloud);
  const accessToken = configValue(session, "gcp:accessToken");
  const pauseMs = cloud.isRehearsed ? 300 : 2000;
  return walkTrials({ ...{ state, trials, accessToken, pauseMs }, stack: session.stack.name, env: session.env });
};

/** @throws End where another roll-out has put its tags in the place of ours */
const requireOwn = async ({ cloud, trials, run }: Course): Promise<void> => {
  for (const { id, resource } of trials) {
    const { traffic } = await cloud.run.look(resource);
    if (traffic.some(({ tag }) => tag === tagsOf(run).new)) continue;
    throw new End("given up", [`${id}: somebody else has moved its traffic meanwhile, and it is theirs now`]);
  }
};

/** Interrupted, the traffic stays as it is: the next roll-out goes on with it. */
const goOn = ({ isInterrupted = wasInterrupted }: RollingOut): void => {
  if (isInterrupted()) throw new End("interrupted");
};

/** Gives the revisions of before all of the traffic, without the program: whatever failed cannot stand in the way. */
const takenBack = async (course: Course, why: readonly string[]): Promise<End> => {
  for (const line of why) report(line);
  await requireOwn(course);
  report("the revisions of before get all of the traffic again");
  const given = await Promise.allSettled(
    course.trials.map(({ resource, stable }) => course.cloud.run.giveAll(resource, stable)),
  );
  const failed = given.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : []));
  if (failed.length > 0) return new End("not taken back", [...why, ...failed]);
  const { webs } = await websOf(course.cloud);
  const urns = webs.filter(({ id }) => course.trials.some((trial) => trial.id === id)).map(({ urn }) => urn);
  const isTrue = await refreshed(course.session, urns);
  return new End("taken back", isTrue ? why : [...why, "the state could not be refreshed; the next roll-out does it"]);
};

/** Ends the trial: no tags, all traffic for the newest, worker pools too; and records what served before and what serves now. */
const finished = async (course: Course, of: { before: readonly Web[]; state: State }): Promise<End> => {
  const { session, trials, atOnce } = course;
  if (trials.length > 0) await requireOwn(course);
  const { webs } = await websOf(course.cloud);
  const releases = nextReleases({
    known: releasesIn(of.state),
    before: of.before,
    after: webs,
    commit: checkedOut().commit,
  });
  const note = "the end of the roll-out";
  const failure = await updateWith(session, { rollOut: { holds: {}, keepsPools: false, releases }, note });
  goOn(course);
  if (failure !== undefined && trials.length > 0) return takenBack(course, [`the last update failed: ${failure}`]);
  if (failure !== undefined) return new End("not begun", [failure]);
  return new End(trials.length > 0 ? "rolled out" : atOnce ? "at once" : "nothing to judge");
};
