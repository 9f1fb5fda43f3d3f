import { writeFileSync } from "node:fs";
import { dayOf } from "../../cost/day";
import { REVIEW_BASE, reviewStack, slotName } from "../../infra/naming";
import type { CloudPlan } from "../../infra/plan/plan";
import { closest, ProblemsError, refuse, refuseWith, suggestion } from "../../infra/problems";
import { wantedPlan } from "../../stacks/wanted";
import { filesSince, touchedBy } from "../change/touched";
import { fillWithTestData, type Filled } from "../change/test-data/fill";
import { adoptPending } from "../rehearsal/adopt";
import { configValue, exportState } from "../rotation/pulumi";
import { tryUpdate } from "../start/pulumi";
import type { Session } from "../start/set-up";
import type { State } from "../stack/checkpoint";
import { servicesOf } from "../stack/health";
import { clearDeadLocks } from "../stack/locks";
import { readPublished } from "../stack/published";
import { runPhase, tell } from "../terminal/phase";
import type { Base } from "./base";
import { chooseSlot, holdersOf } from "./slots";
import { openReview, reportFile, stackOfReview, knownReview, writeReview } from "./stack";
import { emptyRedis, PAUSE_MS } from "./take-away";

/** A review that is there. */
export type Review = {
  number: number;
  stack: string;
  systems: readonly string[];
  slot: number;
  addresses: { service: string; url: string }[];
  /** US dollars a day. */
  costADay: { always: number; most: number };
  /** How the databases of each service were filled, or why they were not. */
  testData: Filled;
};

type Making = { base: Base; number: number; systems: readonly string[] };

type Choosing = { base: Base; number: number; written: string | undefined; from: string | undefined };

/**
 * The systems that are asked for: those named or, of `touched`, those that the change since a commit is of.
 * @throws ProblemsError for what the base does not have
 */
export const systemsOf = ({ base, number, written, from }: Choosing): string[] => {
  const plan = planFor({ base, number, slot: 1, systems: base.systems });
  const all = [...plan.systems.values()].flatMap(({ name, runs }) => (runs ? [name] : []));
  if (from !== undefined && written !== TOUCHED)
    refuseWith({
      path: "--from",
      message: `it says from where a change is, which --systems ${TOUCHED} alone asks; allowed: with that`,
      cure: `./fleet review up ${number} --systems ${TOUCHED} --from ${from}`,
    });
  if (written === undefined) return all;
  if (written !== TOUCHED) return named({ written, all, number });
  if (from === undefined)
    return refuseWith({
      path: `--systems ${TOUCHED}`,
      message: "it needs a commit from which the change is",
      cure: `./fleet review up ${number} --systems ${TOUCHED} --from origin/main`,
    });
  const { systems, leftOut } = touchedBy({ files: filesSince(from), plan });
  if (leftOut.length > 0)
    tell("review")(`${systems.join(", ")} stand for all that it touches; left out: ${leftOut.join(", ")}`);
  return systems;
};

const TOUCHED = "touched";

const named = ({ written, all, number }: { written: string; all: string[]; number: number }): string[] => {
  const names = written.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !all.includes(name));
  refuse(
    unknown.map((name) => ({
      path: "--systems",
      message: `"${name}" is no system of ${REVIEW_BASE}.${suggestion(name, all)} Allowed: ${all.join(", ")}`,
      cure: `./fleet review up ${number} --systems ${closest(name, all) ?? all[0]}`,
    })),
  );
  return names;
};

/**
 * The plan of a review.
 * @throws ProblemsError whose cures are of review-base, where a review's settings come from
 */
const planFor = ({ base, number, slot, systems }: Making & { slot: number }): CloudPlan => {
  const stack = reviewStack(number);
  const config = { "fleet:reviewSlot": String(slot), "fleet:systems": JSON.stringify(systems) };
  try {
    return wantedPlan({ stack, configFile: base.stack.configFile, config }) as CloudPlan;
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return refuse(
      error.problems.map(({ cure, ...problem }) => ({
        ...problem,
        cure: cure.replaceAll(`--stack ${stack}`, `--stack ${REVIEW_BASE}`),
      })),
    ) as never;
  }
};

/**
 * Makes a pull request's review, or brings it to this checkout; the systems that it has, it keeps until it is closed. Undefined where
 * the update failed, which has told why.
 */
export const makeReview = async (of: Making): Promise<Review | undefined> => {
  const { base, number } = of;
  const stack = knownReview({ base, number });
  const session = await openReview(stack);
  refuse(clearDeadLocks({ stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  const before = systemsIn(exportState(session), stack.name);
  const systems = [...new Set([...before, ...of.systems])].sort();
  const plan = planFor({ base, number, slot: 1, systems });
  const slot = await updated({ base, number, systems, session });
  if (slot === undefined) return undefined;
  const state = exportState(session);
  // Others may have had these numbers before.
  if (systems.length > before.length) await emptied({ session, state, slot, reviews: base.cloud.reviews });
  const review: Review = {
    ...{ number, stack: stack.name, systems, slot, costADay: dayOf(plan) },
    testData: await runPhase({ name: "test data", phase: () => filled({ session, state }) }),
    addresses: servicesOf(state).flatMap(({ system, service, url }) =>
      url === undefined ? [] : [{ service: `${system}/${service}`, url }],
    ),
  };
  writeFileSync(reportFile(stack.name, "json"), `${JSON.stringify(review, undefined, 2)}\n`);
  writeFileSync(reportFile(stack.name, "txt"), `${linesOf(review).join("\n")}\n`);
  return review;
};

/** The systems that a review's stack has. */
const systemsIn = (state: State, stack: string): string[] =>
  readPublished({ stack, state }).plan.systems.flatMap(({ name, runs }) => (runs ? [name] : []));

type Made = { session: Session; state: State };

const emptied = async (of: Made & { slot: number; reviews: number }): Promise<void> => {
  const why = await emptyRedis({ ...of, report: tell("review") });
  if (why !== undefined) tell("review")(`its Redis may hold what a review of before has left: ${why}`);
};

/** With one seed: the next update adds only what is missing. */
const filled = ({ session, state }: Made): Promise<Filled> =>
  fillWithTestData({
    ...{ session, state, pauseMs: PAUSE_MS, folder: process.cwd(), times: 1 },
    accessToken: configValue(session, "gcp:accessToken"),
  });

type Updating = Making & { session: Session };

/** Updates the stack in the slot that it has, or in a free one; in the next one where another review was quicker. */
const updated = async ({ base, number, systems, session }: Updating): Promise<number | undefined> => {
  const { name } = session.stack;
  const { reviews } = base.cloud;
  const lost: number[] = [];
  for (;;) {
    const slot = chooseSlot({ holders: await holdersOf(base, session), stack: name, reviews, besides: lost });
    writeReview({ base, number, slot, systems });
    const { code, errors } = await tryUpdate(session, { note: `, review ${slot} of ${reviews}` });
    if (code === 0) return slot;
    const isLost = errors.some((message) => message.includes(slotName(slot)) && /already exists/i.test(message));
    if (!isLost) return undefined;
    tell("review")(`slot ${slot} was taken by another review meanwhile`);
    lost.push(slot);
  }
};

/** What is told of a review, a fact a line; comment.yml takes these lines. */
export const linesOf = ({ number, stack, systems, addresses, costADay, testData }: Review): string[] => [
  `review: ${stack} of ${systems.join(", ")}`,
  ...addresses.map(({ service, url }) => `address: ${service} ${url}`),
  `cost a day: ${costADay.most.toFixed(2)} USD at most, of which ${costADay.always.toFixed(2)} always`,
  ...Object.entries(testData).flatMap(([service, filled]) =>
    "why" in filled ? [`without test data: ${service}: ${filled.why}`] : [],
  ),
  `open: ./fleet review open ${number}`,
];

/** Tells that a pull request needs no review, or has none any more. */
export const tellNone = (base: Base, number: number, why: string): void =>
  writeFileSync(reportFile(stackOfReview(base, number).name, "txt"), `no review: ${why}\n`);
