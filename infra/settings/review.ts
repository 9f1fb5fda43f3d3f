import { curedBy } from "../cures";
import { REVIEW_BASE, reviewNumber } from "../naming";
import { when, type Problem } from "../problems";
import type { Values } from "./wording";

/** The problems of a cloud stack whose name and settings do not agree on whether it is one of reviews, and which. */
export const reviewProblems = (stack: string, { reviews, reviewSlot }: Values): Problem[] => {
  const [most, slot] = [Number(reviews ?? 0), Number(reviewSlot ?? 0)];
  const isOfReviews = stack === REVIEW_BASE || reviewNumber(stack) !== undefined;
  return [
    ...when(isOfReviews && most === 0, {
      path: "fleet:reviews",
      message: `is missing: ${stack} is a stack of reviews; allowed: how many there may be at once, 1 to 16`,
      ...curedBy({ stack: REVIEW_BASE, key: "fleet:reviews", value: "2" }),
    }),
    ...when(!isOfReviews && most > 0, {
      path: "fleet:reviews",
      message: `makes a stack of reviews, and ${stack} is none; allowed: in the stack ${REVIEW_BASE}`,
      ...curedBy({ stack, key: "fleet:reviews" }),
    }),
    ...when(slot > 0 && reviewNumber(stack) === undefined, {
      path: "fleet:reviewSlot",
      message: `is a review's own; allowed: in a stack pr-<number>, which ./fleet review up makes`,
      ...curedBy({ stack, key: "fleet:reviewSlot" }),
    }),
    ...when(most > 0 && reviewNumber(stack) !== undefined && !(slot >= 1 && slot <= most), {
      path: "fleet:reviewSlot",
      message: `${slot === 0 ? "is missing" : `${slot} is no slot`}; allowed: 1 to ${most}`,
      cure: `./fleet review up ${reviewNumber(stack)} (chooses a free one)`,
    }),
  ];
};

type Judging = { stack: string; written: Values; project: string };

/** What a branch brings runs in a project that holds nothing else. */
export const reviewProjectProblems = ({ stack, written: { reviewProject }, project }: Judging): Problem[] =>
  when(reviewProject !== undefined && reviewProject === project, {
    path: "fleet:reviewProject",
    message: `is the project of ${stack} itself; what a branch brings would run beside it; allowed: another project, which holds nothing else`,
    ...curedBy({ stack, key: "fleet:reviewProject", value: "<project>" }),
  });
