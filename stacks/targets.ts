import { resolve } from "node:path";
import type { Plan } from "../infra/plan/make-plan";
import type { Target } from "../infra/settings/schema";
import type { Outputs, SecretValues } from "../infra/outputs";

type Carry = (of: { plan: Plan; secretValues: SecretValues; accessToken?: string }) => Promise<Outputs>;

/** Pulumi runs the program in the folder of Pulumi.yaml. */
const servicesFolder = (): string => resolve("services");

/** What carries a plan out. Each is loaded only when it is asked for: a laptop never loads Google's SDK. */
export const targets: Record<Target, Carry> = {
  local: async (of) => {
    const { local } = await import("../infra/targets/local");
    // In a dev container beside the engine, the engine's machine knows the services' folder by another path.
    const { FLEET_HOST_FOLDER } = process.env;
    const mountFolder = resolve(FLEET_HOST_FOLDER || "", "services");
    return local({ ...of, servicesFolder: servicesFolder(), mountFolder });
  },
  gcp: async (of) => {
    const { deploy } = await import("../infra/targets/gcp");
    return deploy({ ...of, servicesFolder: servicesFolder() });
  },
};
