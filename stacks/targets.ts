import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Prepared, SecretValues } from "../infra/outputs";
import { hostFolder } from "../infra/targets/local/clone";
import type { Plan } from "../infra/plan/plan";
import type { Problem } from "../infra/problems";
import { readBaseId } from "../infra/targets/base-image";
import { egressProblems, writeEgress } from "../infra/targets/egress";

type Preparing = { plan: Plan; secretValues: SecretValues; accessToken?: string };

/**
 * Prepares a plan on its target. Each target is loaded only when it is used: a laptop never loads
 * Google's SDK. Pulumi runs the program in the folder of Pulumi.yaml.
 */
export const prepare = async (of: Preparing): Promise<Prepared> => {
  const ofEgress = prepareEgress(process.env);
  const prepared = await prepareTarget(of);
  return { ...prepared, problems: [...ofEgress, ...prepared.problems] };
};

/** Writes what builds and containers need to know of this machine's way to the internet. */
const prepareEgress = (env: NodeJS.ProcessEnv): Problem[] => {
  const problems = egressProblems(env);
  if (problems.length > 0) return problems;
  for (const proxy of writeEgress(env))
    void pulumi.log.warn(
      `${proxy}: builds and containers do without it, for they do not reach this machine's loopback`,
    );
  return [];
};

const prepareTarget = async ({ plan, ...of }: Preparing): Promise<Prepared> => {
  const servicesFolder = resolve("services");
  const baseId = await readBaseId(plan);
  switch (plan.target) {
    case "local": {
      const local = await import("../infra/targets/local");
      // In a dev container beside the engine, the engine's machine knows the services' folder by another path.
      const mountFolder = resolve(hostFolder(process.env) ?? "", "services");
      return local.prepare({ ...of, plan, servicesFolder, mountFolder, baseId });
    }
    case "gcp": {
      const gcp = await import("../infra/targets/gcp");
      return gcp.prepare({ ...of, plan, servicesFolder, baseId });
    }
  }
};
