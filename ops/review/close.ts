import { REVIEW_BASE, reviewNumber } from "../../infra/naming";
import { adoptPending } from "../rehearsal/adopt";
import { exportState } from "../rotation/pulumi";
import { runPulumi } from "../start/pulumi";
import type { CliSession } from "../start/set-up";
import { clearDeadLocks } from "../stack/locks";
import { tell } from "../terminal/phase";
import { runCaptured } from "../terminal/processes";
import { refuse, refuseWith } from "../../infra/problems";
import type { Base } from "./base";
import { forgetReview, knownReview, openReview } from "./stack";
import { takeAway } from "./take-away";

/** A review's stack as the backend knows it. */
export type Known = { number: number; stack: string; updated: Date | undefined; resources: number };

/** The reviews that there are, by the backend's list of stacks. */
export const knownReviews = ({ binary, env, stack }: CliSession): Known[] => {
  const { ok, stdout, stderr } = runCaptured({ command: binary, args: ["stack", "ls", "--json"], env });
  if (!ok)
    refuseWith({
      path: `stack ${stack.name}`,
      message: `the stacks beside it cannot be listed: ${stderr.trim().replace(/^error: /, "")}`,
      cure: "set PULUMI_BACKEND_URL to where the reviews' stacks are kept (docs/reviews.md)",
    });
  const listed = JSON.parse(stdout) as { name: string; lastUpdate?: string; resourceCount?: number }[];
  return listed.flatMap(({ name, lastUpdate, resourceCount = 0 }) => {
    const last = name.split("/").at(-1) ?? "";
    const number = reviewNumber(last);
    const updated = lastUpdate === undefined ? undefined : new Date(lastUpdate);
    return number === undefined ? [] : [{ number, stack: last, updated, resources: resourceCount }];
  });
};

/**
 * Takes a review away with all that it made, also outside of the stack. Safe to run again. Resolves to what could not be taken
 * away.
 */
export const closeReview = async (base: Base, number: number): Promise<string[]> => {
  const stack = knownReview({ base, number });
  const session = await openReview(stack);
  refuse(clearDeadLocks({ stack, report: tell("recovery") }));
  await adoptPending({ session, report: tell("recovery") });
  const left = await takeAway({ session, state: exportState(session), report: tell("review") });
  const destroy = ["destroy", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"];
  if ((await runPulumi(session, destroy)) !== 0) return [...left, "the stack itself: Pulumi says why, above"];
  const { ok, stderr } = runCaptured({
    ...{ command: session.binary, env: session.env },
    args: ["stack", "rm", "--yes", "--non-interactive", "--preserve-config", "--stack", stack.name],
  });
  if (!ok) throw new Error(`the empty stack ${stack.name} could not be removed: ${stderr.trim()}`);
  forgetReview(stack);
  return left;
};

/** The reviews that nobody has updated for so long. */
export const staleReviews = (
  known: readonly Known[],
  { hours, now = new Date() }: { hours: number; now?: Date },
): Known[] =>
  known.filter(({ updated }) => updated !== undefined && now.getTime() - updated.getTime() > hours * 3_600_000);

/** Slots whose stack nobody knows: their state is lost or lies elsewhere, so nothing is removed unasked. */
export const strandedSlots = (holders: readonly (string | undefined)[], known: readonly Known[]): string[] =>
  holders.flatMap((holder, index) =>
    holder === undefined || known.some(({ stack }) => stack === holder)
      ? []
      : [`slot ${index + 1} of ${REVIEW_BASE} is held by ${holder}, of which this backend knows no stack`],
  );
