import { catalogue } from "../infra/catalogue";
import type { Outputs } from "../infra/outputs";
import { tryPlan } from "../infra/plan/make-plan";
import { refuse } from "../infra/problems";
import { loadSettings } from "../infra/settings/load";
import { prepare } from "./targets";

/** The program: config, catalogue, plan, target, outputs; one way. What is wrong with any of them is told in one round. */
export const program = async (): Promise<Outputs> => {
  const { settings, secretValues, accessToken } = loadSettings();
  const { plan, problems: unplanned } = tryPlan(catalogue, settings);
  const prepared =
    plan && (await prepare({ plan, secretValues, ...(accessToken === undefined ? {} : { accessToken }) }));
  refuse([...unplanned, ...(prepared?.problems ?? [])]);
  if (prepared === undefined) throw new Error("unreachable: without a plan there are problems");
  return prepared.make();
};
