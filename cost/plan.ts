import path from "node:path";
import type { CloudPlan } from "../infra/plan/plan";
import { refuseWith } from "../infra/problems";
import { wantedPlan } from "../stacks/wanted";

type Estimated = {
  stack: string;
  /** The stack's config file. */
  file: string;
  /** Settings that override it, by full key, as JSON. */
  config?: Readonly<Record<string, string>>;
};

/**
 * The plan that is estimated: the one that the stack's files want. No engine, no state and no cloud is asked.
 * @throws ProblemsError where the stack's settings are wrong, or its target is not gcp.
 */
export const planOf = ({ stack, file, config = {} }: Estimated): CloudPlan => {
  const plan = wantedPlan({ stack, configFile: file, config, madeUp: true });
  if (plan.target !== "gcp")
    refuseWith({
      path: "--stack",
      message: `${stack} runs on this machine, which costs nothing a month; allowed: a stack with fleet:target gcp`,
      cure: `./fleet cost --stack prod, or write fleet:target: gcp in ${path.basename(file)}`,
    });
  return plan;
};
