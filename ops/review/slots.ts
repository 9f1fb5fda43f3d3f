import { REVIEW_BASE, slotName } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import { askerOf, GoogleError } from "../../infra/targets/gcp/google";
import { REVIEWS_LABEL, STACK_LABEL } from "../../infra/targets/gcp/labels";
import { configValue } from "../rotation/pulumi";
import type { CliSession } from "../start/set-up";
import type { Base } from "./base";

/** The highest number of slots that a base may have (fleet:reviews). */
const MOST = 16;

/** What holds a slot: a stack, and of how many slots it was one then. */
export type Holder = { stack: string; reviews: number };

/**
 * The holder of each slot that there could be, from 1; undefined for a free one. Google itself is asked: a state can be lost, and a
 * name is taken once.
 */
export const holdersOf = async (base: Base, session: CliSession): Promise<(Holder | undefined)[]> => {
  const { env } = session;
  const endpoint = env["GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT"] ?? "https://secretmanager.googleapis.com/v1/";
  const ask = askerOf({ accessToken: configValue(session, "gcp:accessToken"), env, base: endpoint });
  const holder = async (slot: number): Promise<Holder | undefined> => {
    try {
      const path = `projects/${base.cloud.project}/secrets/${slotName(slot)}`;
      const { labels = {} } = await ask<{ labels?: Record<string, string> }>("GET", path);
      return {
        stack: labels[STACK_LABEL] ?? `something without the label ${STACK_LABEL}`,
        reviews: Number(labels[REVIEWS_LABEL]),
      };
    } catch (error) {
      if (error instanceof GoogleError && error.status === 404) return undefined;
      throw error;
    }
  };
  return Promise.all(Array.from({ length: MOST }, (_, index) => holder(index + 1)));
};

/** The slot that a stack holds, from 1; undefined without one. */
export const slotOf = (holders: readonly (Holder | undefined)[], stack: string): number | undefined =>
  holders.findIndex((holder) => holder?.stack === stack) + 1 || undefined;

type Choosing = {
  holders: readonly (Holder | undefined)[];
  stack: string;
  /** fleet:reviews */
  reviews: number;
  /** Slots that could not be taken. */
  besides?: readonly number[];
};

/**
 * The slot that a review has or, without one, the lowest that is free.
 * @throws ProblemsError where every one is taken, or the slots are not what they were
 */
export const chooseSlot = ({ holders, stack, reviews, besides = [] }: Choosing): number => {
  const there = holders.flatMap((holder) => holder ?? []);
  const of = there.find((holder) => holder.reviews !== reviews);
  if (of !== undefined)
    refuseWith({
      path: "fleet:reviews",
      message: `is ${reviews}, and ${of.stack} was made where it was ${of.reviews}: the Redis databases of both would overlap; allowed: another number once no review is there`,
      cure: `${closing(of)}, or keep it: ./fleet pulumi config set fleet:reviews ${of.reviews} --stack ${REVIEW_BASE}`,
    });
  const own = slotOf(holders, stack);
  if (own !== undefined && besides.includes(own))
    refuseWith({
      path: `stack ${stack}`,
      message: `it holds slot ${own} at Google, and this backend does not know of it: the review was made from elsewhere, or an update was killed`,
      cure: `set PULUMI_BACKEND_URL to where the reviews' stacks are kept, or run this again: it adopts what a killed update has made`,
    });
  if (own !== undefined) return own;
  const free = Array.from({ length: reviews }, (_, index) => index + 1).find(
    (slot) => holders[slot - 1] === undefined && !besides.includes(slot),
  );
  if (free !== undefined) return free;
  return refuseWith({
    path: `stack ${stack}`,
    message: `as many reviews as there may be at once are there: ${there.map((holder) => holder.stack).join(", ")}`,
    cure:
      there.map(closing)[0] ??
      `./fleet review up ${stack.replace(/^pr-/, "")} (another one was being made; run it again)`,
  });
};

const closing = ({ stack }: Holder): string => `close it: ./fleet review close ${stack.replace(/^pr-/, "")}`;
