import path from "node:path";
import type { Config } from "../../infra/settings/stack-file";
import type { Plan } from "../../infra/plan/plan";
import { AT_ONCE, ROLL_OUT_VARIABLE } from "../../infra/plan/roll-out";
import { readState, type State } from "../stack/checkpoint";
import { tell, runPhase } from "../terminal/phase";
import { wasInterrupted } from "../terminal/processes";
import { remakeMessaging } from "../rehearsal/messaging";
import { openCloud } from "../rehearsal/open";
import type { Place } from "../rehearsal/place";
import { writeStack } from "../rehearsal/stack";
import { walkedIn } from "../rehearsal/walk";
import { tryUpdate } from "../start/pulumi";
import type { Session } from "../start/set-up";
import { reasonIn } from "../start/update-events";
import { connect, engineHost } from "../../docker/connect";
import { logIn } from "./back-office";
import { baseFolder, checkedOut, closeBase, configFor, NotJudged, openBase, type Base } from "./base";
import { testBase, type BaseTests } from "./base-tests";
import { looksAtRows, migrationsNow, rowsNow } from "./looks";
import { reviewsSince } from "./reviews";
import { isKeptBase, keepBase, putBaseBack } from "./kept-base";
import { forgetLive, tellLive, tellVerdicts } from "./live";
import { goBack, rolledBetween, servingNow, type Serving } from "./revisions";
import { Sessions } from "./sessions";
import { giveSnapshot, type Snapshot } from "./snapshot";
import type { Touched } from "./touched";
import { fillWithTestData, type Filled } from "./test-data/fill";
import { fewest, judge, newMigrations, notJudged, type Measured, type Verdicts } from "./verdict";
import { InstanceWatch } from "./watch-instances";
import { watchingLocks } from "./watch-locks";

/** A change that was rehearsed: from which commit, what was seen, and what follows from it. */
export type ChangeReport = {
  from: { ref: string; commit: string; subject: string } | { ref: string };
  /** The checkout that was applied; uncommitted changes are applied too. */
  to: { commit: string; isClean: boolean };
  /** The systems that the change touches, where those were asked for. */
  touched?: Touched;
  verdicts: Verdicts;
  /** Absent where the base could not be made. */
  measured?: Measured;
  /** The base's own tests on the schema of this checkout. */
  baseTests?: BaseTests;
  seconds: number;
};

export type Changing = {
  ref: string;
  place: Place;
  session: Session;
  /** What the branch makes. */
  plan: Plan;
  given: Config;
  touched: Touched | undefined;
  /** How often each service's create_test_data runs before clients come. */
  testData: number;
  /** The data that the base is given instead. */
  snapshot: Snapshot | undefined;
  /** Whether the base's own tests run on the schema of this checkout. */
  baseTests: boolean;
  keep: boolean;
};

const PAUSE_MS = 300;
/** How long a phase waits for a whole session of every system. */
const PATIENCE_MS = 120_000;
/** Some thousand rows of each kind: enough for a lock to be seen, made within seconds. */
export const TEST_DATA = 20;

const step = tell("change");

/**
 * Rehearses a change: makes the base by its own program in a fresh cloud, lets clients work on it, applies this checkout, goes back
 * to the revisions of before, and applies the base again.
 */
export const rehearseChange = async (of: Changing): Promise<ChangeReport> => {
  const began = Date.now();
  const { touched } = of;
  const told = () => ({
    to: checkedOut(),
    ...(touched && { touched }),
    seconds: Math.round((Date.now() - began) / 1000),
  });
  const folder = baseFolder(of.place);
  forgetLive(of.place);
  let from: ChangeReport["from"] = { ref: of.ref };
  try {
    const base = await runPhase({ name: "base", phase: (report) => openBase({ ref: of.ref, folder, report }) });
    from = { ref: base.ref, commit: base.commit, subject: base.subject };
    const measured = await measure({ ...of, session: atOnce(of.session), base });
    const verdicts = judge(measured);
    tellVerdicts({ place: of.place, traffic: measured.traffic, verdicts });
    const baseTests = of.baseTests
      ? await runPhase({ name: "base's tests", phase: () => testBase({ ...of, base }) })
      : undefined;
    return { from, verdicts, measured, ...(baseTests && { baseTests }), ...told() };
  } catch (error) {
    if (!(error instanceof NotJudged)) throw error;
    return { from, verdicts: notJudged(error.message), ...told() };
  } finally {
    if (!of.keep) closeBase(folder);
  }
};

/** Each update gives the newest revisions everything: a revision of before that was given the traffic back is not kept. */
const atOnce = (session: Session): Session => ({
  ...session,
  env: { ...session.env, [ROLL_OUT_VARIABLE]: JSON.stringify(AT_ONCE) },
});

type WithBase = Changing & { base: Base };

const measure = async (of: WithBase): Promise<Measured> => {
  const { place, session, plan, given } = of;
  const filled = await readyBase(of);
  const state = stateOf(place);
  const serving = await servingNow(place);
  const walked = walkedIn({ place, session, state });
  const visitors = await logIn({ place, session, services: walked.services.filter(({ kind }) => kind === "web") });
  const sessions = new Sessions(walked, { visitors });
  const docker = await connect(engineHost());
  const instances = new InstanceWatch({ docker, prefix: place.prefix, phase: () => sessions.phase });
  await instances.start();
  sessions.start();
  const live = tellLive({ place, seen: sessions });
  try {
    step("clients are at work on the base");
    await sessions.whole("before", PATIENCE_MS);
    const rowsBefore = fewest(await looksAtRows(place));
    const migrations = await migrationsNow(place);
    step("applying this checkout while they go on");
    writeStack({ place, config: given });
    sessions.enter("update");
    const updateBegan = Date.now();
    const watched = await watchingLocks(place, () => tryUpdate(session, { note: ", the branch" }));
    const { result: update } = watched;
    goOn();
    if (update.code === 0) await remakeMessaging({ place, session, plan });
    step("clients are at work on the branch");
    await sessions.whole("after", PATIENCE_MS);
    const after = await servingNow(place);
    const measured = {
      filled,
      ...(update.code !== 0 && { failure: reasonIn(update.errors) }),
      locks: watched.locks,
      looks: { at: watched.looks, failed: watched.failed },
      migrations: newMigrations({ before: migrations, after: await migrationsNow(place), began: updateBegan }),
      rows: { before: rowsBefore, after: await rowsNow(place) },
      resources: update.changes,
      rolled: rolledBetween(serving, after),
    };
    const failureBack = update.code === 0 ? await back({ ...of, serving, sessions }) : undefined;
    await sessions.stop();
    return {
      ...measured,
      // They ask another program about each statement, for which no client is to wait.
      reviews: await reviewsSince({ place, session, since: updateBegan }),
      isBlind: instances.isBlind,
      healthAlone: sessions.healthAlone,
      traffic: sessions.traffic(),
      failedSteps: sessions.failedSteps,
      unheard: sessions.unheard,
      mishaps: instances.mishaps,
      ...(failureBack !== undefined && { failureBack }),
    };
  } finally {
    await sessions.stop();
    live.stop();
    await instances.stop();
  }
};

/** The base in its cloud before any client comes: made and filled, or put back as it was kept. Resolves to how it is filled. */
const readyBase = async (of: WithBase): Promise<Filled> => {
  const { place, session, plan, given, testData, snapshot } = of;
  const base = { commit: of.base.commit, given, testData, snapshot };
  const isKept = isKeptBase(place, base);
  await openCloud({ place, session, plan, keep: of.keep });
  const kept = isKept ? await runPhase({ name: "kept base", phase: () => putBaseBack({ place, session }) }) : undefined;
  const failure = await applyBase(of, { refresh: isKept });
  if (failure !== undefined) throw new NotJudged(`its own program could not be applied: ${failure}`);
  if (kept !== undefined) return kept;
  if (snapshot) await runPhase({ name: "snapshot", phase: () => giveSnapshot({ place, session, snapshot }) });
  const filled = await runPhase({
    name: "test data",
    phase: () =>
      fillWithTestData({
        ...{ session, state: stateOf(place), folder: of.base.folder, times: snapshot ? 0 : testData },
        // The rehearsed cloud's token is in the session's environment.
        ...{ accessToken: undefined, pauseMs: PAUSE_MS },
      }),
  });
  goOn();
  if (of.keep) await keepBase({ place, session, base, filled });
  return filled;
};

/** The revisions of before on the databases of after, then the base's program again. Resolves to what could not be done. */
const back = async (of: WithBase & { serving: Serving; sessions: Sessions }): Promise<string | undefined> => {
  const { place, serving, sessions } = of;
  step("the revisions of before serve again, on the databases of after");
  sessions.enter("going back");
  const refused = await goBack(place, serving).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  if (refused !== undefined) return `the revisions of before do not serve again: ${refused}`;
  await sessions.whole("back", PATIENCE_MS);
  step("applying the base again");
  sessions.enter("base again");
  const failure = await applyBase(of, { refresh: true });
  await sessions.whole("base again", PATIENCE_MS);
  return failure === undefined ? undefined : `the base cannot be applied again: ${failure}`;
};

/** Applies the base by its own program. Resolves to why it failed. */
const applyBase = async (of: WithBase, { refresh = false } = {}): Promise<string | undefined> => {
  const { base, place, session, plan } = of;
  writeStack({ place, config: configFor(base, of.given), from: base.folder });
  const own: Session = {
    ...session,
    env: { ...session.env, PULUMI_OPTION_POLICY_PACK: path.join(base.folder, "policy") },
    stackArgs: [...session.stackArgs, "--cwd", base.folder],
  };
  const { code, errors } = await tryUpdate(own, { refresh, note: `, ${base.ref} (${base.commit.slice(0, 8)})` });
  goOn();
  if (code !== 0) return reasonIn(errors);
  await remakeMessaging({ place, session, plan });
  return undefined;
};

/** A person interrupted the rehearsal of a change: it says nothing of it. */
export class Interrupted extends Error {}

const goOn = (): void => {
  if (wasInterrupted()) throw new Interrupted();
};

const stateOf = (place: Place): State => readState(place.stack) ?? { resources: [], pending: [] };
