import { writeFileSync } from "node:fs";
import { dayOf } from "../../cost/day";
import { REVIEW_BASE, reviewStack, slotName } from "../../infra/naming";
import type { CloudPlan } from "../../infra/plan/plan";
import { ProblemsError, refuse, refuseWith } from "../../infra/problems";
import { wantedPlan } from "../../stacks/wanted";
import { filesSince, touchedBy } from "../change/touched";
import { fillWithTestData, type Filled } from "../change/test-data/fill";
import { adoptPending } from "../rehearsal/adopt";
import { configValue, exportState } from "../rotation/pulumi";
import { tryUpdate } from "../start/pulumi";
import type { Session } from "../start/set-up";
import { servicesOf } from "../stack/health";
import { clearDeadLocks } from "../stack/locks";
import { runPhase, tell } from "../terminal/phase";
import type { Base } from "./base";
import { chooseSlot, holdersOf } from "./slots";
import { openReview, reportFile, stackOfReview, knownReview, writeReview } from "./stack";

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

/** The systems of a review: those named or, of `touched`, those that the change since a commit is of. */
export const systemsOf = (of: {
  base: Base;
  number: number;
  written: string | undefined;
  from: string | undefined;
}): string[] => {
  const { base, written, from } = of;
  const all = [...planFor({ base, number: of.number, slot: 1, systems: base.systems }).systems.values()].flatMap(
    ({ name, runs }) => (runs ? [name] : []),
  );
  if (written === undefined) return all;
  if (written !== "touched") return written.split(",").map((name) => name.trim());
  if (from === undefined)
    refuseWith({
      path: "--systems touched",
      message: "it needs a commit from which the change is",
      cure: `./fleet review up ${of.number} --systems touched --from origin/main`,
    });
  const { systems, leftOut } = touchedBy({
    files: filesSince(from),
    plan: planFor({ base, number: of.number, slot: 1, systems: base.systems }),
  });
  if (leftOut.length > 0)
    tell("review")(`${systems.join(", ")} stand for all that it touches; left out: ${leftOut.join(", ")}`);
  return systems;
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

/** Makes a pull request's review, or brings it to this checkout. Undefined where the update failed, which has told why. */
export const makeReview = async (of: Making): Promise<Review | undefined> => {
  const { number, systems } = of;
  const plan = planFor({ ...of, slot: 1 });
  const stack = knownReview(of);
  const session = await openReview(stack);
  const accessToken = configValue(session, "gcp:accessToken");
  refuse(clearDeadLocks({ stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  const slot = await updated({ ...of, session, accessToken });
  if (slot === undefined) return undefined;
  const state = exportState(session);
  const filling = { session, state, accessToken, pauseMs: PAUSE_MS, folder: process.cwd(), times: 1 };
  const testData = await runPhase({ name: "test data", phase: () => fillWithTestData(filling) });
  const review: Review = {
    ...{ number, stack: stack.name, systems, slot, testData, costADay: dayOf(plan) },
    addresses: servicesOf(state).flatMap(({ system, service, url }) =>
      url === undefined ? [] : [{ service: `${system}/${service}`, url }],
    ),
  };
  writeFileSync(reportFile(stack.name, "json"), `${JSON.stringify(review, undefined, 2)}\n`);
  writeFileSync(reportFile(stack.name, "txt"), `${linesOf(review).join("\n")}\n`);
  return review;
};

const PAUSE_MS = 1000;

type Updating = Making & { session: Session; accessToken: string | undefined };

/** Updates the stack in the slot that it has, or in a free one; in the next one where another review was quicker. */
const updated = async ({ base, number, systems, session, accessToken }: Updating): Promise<number | undefined> => {
  const { name } = session.stack;
  const lost: number[] = [];
  for (;;) {
    const holders = await holdersOf({ base, accessToken, env: session.env });
    const slot = chooseSlot({ holders, stack: name, besides: lost });
    writeReview({ base, number, slot, systems });
    const { code, errors } = await tryUpdate(session, { note: `, review ${slot} of ${holders.length}` });
    if (code === 0) return slot;
    const isLost = errors.some((message) => message.includes(slotName(slot)) && /already exists/i.test(message));
    if (!isLost) return undefined;
    tell("review")(`slot ${slot} was taken by another review meanwhile: the next one`);
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
