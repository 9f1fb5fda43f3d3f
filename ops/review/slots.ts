import { REVIEW_BASE, slotName } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import { askerOf, GoogleError } from "../../infra/targets/gcp/google";
import { STACK_LABEL } from "../../infra/targets/gcp/labels";
import type { Base } from "./base";

type Access = { accessToken: string | undefined; env: NodeJS.ProcessEnv };

/** The stack that has each slot, from 1; undefined for a free one. Google itself is asked: a state can be lost, a name is taken once. */
export const holdersOf = async ({
  base: { cloud },
  ...access
}: Access & { base: Base }): Promise<(string | undefined)[]> => {
  const endpoint = access.env["GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT"] ?? "https://secretmanager.googleapis.com/v1/";
  const ask = askerOf({ ...access, base: endpoint });
  const holder = async (slot: number): Promise<string | undefined> => {
    try {
      const path = `projects/${cloud.project}/secrets/${slotName(slot)}`;
      const { labels = {} } = await ask<{ labels?: Record<string, string> }>("GET", path);
      return labels[STACK_LABEL] ?? "something that is no review";
    } catch (error) {
      if (error instanceof GoogleError && error.status === 404) return undefined;
      throw error;
    }
  };
  return Promise.all(Array.from({ length: cloud.reviews }, (_, index) => holder(index + 1)));
};

type Choosing = { holders: readonly (string | undefined)[]; stack: string; besides?: readonly number[] };

/**
 * The slot that a review has or, without one, the lowest that is free.
 * @throws ProblemsError where every one is taken
 */
export const chooseSlot = ({ holders, stack, besides = [] }: Choosing): number => {
  const own = holders.indexOf(stack);
  if (own >= 0) return own + 1;
  const free = holders.findIndex((holder, index) => holder === undefined && !besides.includes(index + 1));
  if (free >= 0) return free + 1;
  const [first = ""] = holders.flatMap((holder) => holder ?? []);
  return refuseWith({
    path: `stack ${stack}`,
    message: `as many reviews as there may be at once are there: ${holders.map((holder) => holder ?? "one that is being made").join(", ")}`,
    cure: `close one: ./fleet review close ${first.replace(/^pr-/, "")}, or allow more: ./fleet pulumi config set fleet:reviews ${holders.length + 1} --stack ${REVIEW_BASE}, then ./fleet review base`,
  });
};
