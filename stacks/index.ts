import { catalogue } from "../infra/catalogue";
import { makePlan } from "../infra/plan/make-plan";
import { loadSettings } from "../infra/settings/load";
import type { Outputs } from "../infra/outputs";
import { targets } from "./targets";

/** The program: config, catalogue, plan, target, outputs; one way. */
export const program = async (): Promise<Outputs> => {
  const { settings, secretValues, accessToken } = loadSettings();
  const plan = makePlan(catalogue, settings);
  return targets[settings.target]({ plan, secretValues, ...(accessToken === undefined ? {} : { accessToken }) });
};
