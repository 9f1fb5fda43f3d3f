import { resolve } from "node:path";
import type { Plan } from "../infra/catalogue/plan";
import type { Target } from "../infra/config/schema";
import type { Outputs, SecretValues } from "../infra/outputs";

type Carry = (of: { plan: Plan; secretValues: SecretValues; accessToken?: string }) => Promise<Outputs>;

/** Pulumi runs the program in the folder of Pulumi.yaml. */
const servicesFolder = (): string => resolve("services");

/** What carries a plan out. Each is loaded only when it is asked for: a laptop never loads Google's SDK. */
export const targets: Record<Target, Carry> = {
  local: async (of) => {
    const { local } = await import("../infra/targets/local");
    return local({ ...of, servicesFolder: servicesFolder() });
  },
  gcp: async (of) => {
    const { deploy } = await import("../infra/targets/gcp");
    return deploy({ ...of, servicesFolder: servicesFolder() });
  },
};
