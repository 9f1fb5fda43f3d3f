import { REVIEW_BASE, reviewNumber } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import type { CliSession } from "../start/set-up";
import { runCaptured } from "../terminal/processes";
import type { Holder } from "./slots";

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

/** The reviews that nobody has updated for so long. */
export const staleReviews = (
  known: readonly Known[],
  { hours, now = new Date() }: { hours: number; now?: Date },
): Known[] =>
  known.filter(({ updated }) => updated !== undefined && now.getTime() - updated.getTime() > hours * 3_600_000);

/** Slots whose stack nobody knows: their state is lost or lies elsewhere, so nothing is removed unasked. */
export const strandedSlots = (holders: readonly (Holder | undefined)[], known: readonly Known[]): string[] =>
  holders.flatMap((holder, index) =>
    holder === undefined || known.some(({ stack }) => stack === holder.stack)
      ? []
      : [`slot ${index + 1} of ${REVIEW_BASE} is held by ${holder.stack}, of which this backend knows no stack`],
  );
