import { resolve } from "node:path";
import type { Prepared, SecretValues } from "../infra/outputs";
import { hostFolder } from "../infra/targets/local/clone";
import type { Plan } from "../infra/plan/plan";
import { readBaseId } from "../infra/targets/base-image";

type Preparing = { plan: Plan; secretValues: SecretValues; accessToken?: string };

/**
 * Prepares a plan on its target. Each target is loaded only when it is used: a laptop never loads
 * Google's SDK. Pulumi runs the program in the folder of Pulumi.yaml.
 */
export const prepare = async ({ plan, ...of }: Preparing): Promise<Prepared> => {
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
