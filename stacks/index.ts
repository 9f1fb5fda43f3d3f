import { catalogue } from "../infra/catalogue";
import type { Outputs } from "../infra/outputs";
import { tryPlan } from "../infra/plan/make-plan";
import { publish } from "../infra/plan/publish";
import { inOneRound, refuse } from "../infra/problems";
import { readSettings } from "../infra/settings/load";
import { policyProblems } from "./attached";
import { recorded } from "./record";
import { sharedProjectProblems } from "./shared-project";
import { prepare } from "./targets";

/**
 * The program goes one way: config, catalogue, plan, target, outputs. It reports the problems of all of them at once,
 * and the plan is kept with the stack.
 */
export const program = async (): Promise<Outputs> => {
  const { settings, problems: ofSettings, ...given } = readSettings();
  const { plan, problems: ofPlan = [] } = settings ? tryPlan(catalogue, settings) : {};
  const prepared = plan && (await prepare({ ...given, plan }));
  const ofStack = plan ? [...policyProblems(plan), ...sharedProjectProblems(plan)] : [];
  refuse(inOneRound(ofSettings, ofPlan, [...ofStack, ...(prepared?.problems ?? [])]));
  if (plan === undefined || prepared === undefined) throw new Error("there is no plan, and no problem says why");
  const { engine, make } = prepared;
  return recorded({ published: publish(plan), ...(engine !== undefined && { engine }), make });
};
