import { catalogue } from "../infra/catalogue";
import { makePlan } from "../infra/plan/make-plan";
import { publish } from "../infra/plan/publish";
import { loadSettings } from "../infra/settings/load";
import type { Outputs } from "../infra/outputs";
import { recorded } from "./record";
import { targets } from "./targets";

/** The program: config, catalogue, plan, target, outputs; one way. The plan is kept with the stack. */
export const program = async (): Promise<Outputs> => {
  const { settings, secretValues, accessToken } = loadSettings();
  const plan = makePlan(catalogue, settings);
  const make = () =>
    targets[settings.target]({ plan, secretValues, ...(accessToken === undefined ? {} : { accessToken }) });
  return recorded({ published: publish(plan), make });
};
