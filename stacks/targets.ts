import { resolve } from "node:path";
import type { Plan } from "../infra/catalogue/plan";
import type { Target } from "../infra/config/schema";
import type { Outputs, SecretValues } from "../infra/outputs";
import { ProblemsError, type Problem } from "../infra/problems";

type Carry = (of: { plan: Plan; secretValues: SecretValues }) => Promise<Outputs>;

/** What carries a plan out. Each is loaded only when it is asked for: a laptop never loads Google's SDK. */
export const targets: Record<Target, Carry> = {
  local: async (of) => {
    const { local } = await import("../infra/targets/local");
    // Pulumi runs the program in the folder of Pulumi.yaml. In a dev container beside the engine, the engine's machine
    // knows that folder by another path.
    const { FLEET_HOST_FOLDER } = process.env;
    const mountFolder = resolve(FLEET_HOST_FOLDER || "", "services");
    return local({ ...of, servicesFolder: resolve("services"), mountFolder });
  },
  gcp: () => Promise.reject(new ProblemsError([notBuilt])),
};

const notBuilt: Problem = {
  path: "fleet:target",
  message: "gcp is not built yet; allowed: local",
  cure: "pulumi up -s dev",
};
