import { catalogue } from "../infra/catalogue";
import type { Outputs } from "../infra/outputs";
import { tryPlan } from "../infra/plan/make-plan";
import { publish } from "../infra/plan/publish";
import { refuse } from "../infra/problems";
import { loadSettings } from "../infra/settings/load";
import { recorded } from "./record";
import { prepare } from "./targets";

/**
 * The program: config, catalogue, plan, target, outputs; one way. What is wrong with any of them is told in one round,
 * and the plan is kept with the stack.
 */
export const program = async (): Promise<Outputs> => {
  const { settings, secretValues, accessToken } = loadSettings();
  const { plan, problems: unplanned } = tryPlan(catalogue, settings);
  const prepared =
    plan && (await prepare({ plan, secretValues, ...(accessToken === undefined ? {} : { accessToken }) }));
  refuse([...unplanned, ...(prepared?.problems ?? [])]);
  if (plan === undefined || prepared === undefined) throw new Error("unreachable: without a plan there are problems");
  return recorded({ published: publish(plan), make: prepared.make });
};
