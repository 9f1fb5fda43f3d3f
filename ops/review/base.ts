import { existsSync } from "node:fs";
import { REVIEW_BASE } from "../../infra/naming";
import { refuseWith } from "../../infra/problems";
import type { CloudSettings } from "../../infra/settings/cloud";
import { readConfig, settingsOf } from "../stack/config-file";
import { inFleet } from "../stack/files";
import { committedStack, ownStack, type Stack } from "../stack/stack";

/** What all reviews share: the stack, its settings, and the systems that reviews may have. */
export type Base = { stack: Stack; cloud: CloudSettings; systems: readonly string[] };

/** The team's own stack review-base or, where there is none, a rehearsed one of this clone. */
export const baseStack = ({ rehearsed = false }: { rehearsed?: boolean } = {}): Stack => {
  const committed = committedStack(REVIEW_BASE);
  return existsSync(committed.configFile) && !rehearsed ? committed : rehearsedBase();
};

/** The stack review-base on a Google Cloud of this machine. */
export const rehearsedBase = (): Stack => ownStack({ name: REVIEW_BASE, fleet: inFleet() });

/** @throws ProblemsError where nothing is there that reviews could share */
export const requireBase = (): Base => {
  const stack = baseStack();
  if (!existsSync(stack.configFile))
    refuseWith({
      path: `stack ${REVIEW_BASE}`,
      message: "there is none, and every review has its databases on its servers",
      cure: "./fleet review base (makes it, in the project fleet:reviewProject of prod), or to try it here: ./fleet review base --rehearsed",
    });
  const { cloud, systems } = settingsOf(stack.configFile);
  if (cloud === undefined || cloud.reviews === 0)
    refuseWith({
      path: "fleet:reviews",
      message: `is missing in ${REVIEW_BASE}; allowed: how many reviews there may be at once, 1 to 16`,
      cure: `./fleet pulumi config set fleet:reviews 2 --stack ${REVIEW_BASE}`,
    });
  return { stack, cloud, systems };
};

/** The text settings of the base, as its file has them; secrets are left out. */
export const configOf = ({ stack }: Base) => readConfig(stack.configFile).config;
