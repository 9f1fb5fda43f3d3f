import { refuse } from "../../infra/problems";
import { adoptPending } from "../rehearsal/adopt";
import { exportState } from "../rotation/pulumi";
import { runPulumi } from "../start/pulumi";
import type { Session } from "../start/set-up";
import { clearDeadLocks } from "../stack/locks";
import { tell } from "../terminal/phase";
import { runCaptured, wasInterrupted } from "../terminal/processes";
import type { Base } from "./base";
import { holdersOf, slotOf } from "./slots";
import { forgetReview, knownReview, openReview } from "./stack";
import { emptyRedis, takeAway } from "./take-away";

/**
 * Takes a review away with all that it made, also outside of its stack. Safe to run again while the stack is there. Resolves to what
 * could not be taken away.
 */
export const closeReview = async (base: Base, number: number): Promise<string[]> => {
  const stack = knownReview({ base, number });
  const session = await openReview(stack);
  refuse(clearDeadLocks({ stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  const left = await emptied(base, session);
  if (wasInterrupted()) return [...left, INTERRUPTED];
  const destroy = ["destroy", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"];
  if ((await runPulumi(session, destroy)) !== 0) return [...left, "the stack itself: Pulumi says why, above"];
  const { ok, stderr } = runCaptured({
    ...{ command: session.binary, env: session.env },
    args: ["stack", "rm", "--yes", "--non-interactive", "--preserve-config", "--stack", stack.name],
  });
  if (!ok) return [...left, `the empty stack ${stack.name}: ${stderr.trim()}`];
  forgetReview(stack);
  return left;
};

const INTERRUPTED = "the stack itself: it was interrupted; the same command goes on from there";

/** Takes away what is not in the stack. Resolves to what could not be. */
const emptied = async (base: Base, session: Session): Promise<string[]> => {
  const of = { session, state: exportState(session), report: tell("review") };
  const left = await takeAway(of);
  const holders = await holdersOf(base, session);
  const slot = slotOf(holders, session.stack.name);
  if (slot === undefined || wasInterrupted()) return left;
  const why = await emptyRedis({ ...of, slot, reviews: holders[slot - 1]?.reviews ?? base.cloud.reviews });
  // Whoever has the slot next empties it first.
  if (why !== undefined) of.report(`what it has in Redis stays until the next review comes: ${why}`);
  return left;
};
