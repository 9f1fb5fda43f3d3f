import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REVIEW_BASE, reviewNumber } from "../infra/naming";
import type { Plan } from "../infra/plan/plan";
import type { Problem } from "../infra/problems";
import { configIn } from "../infra/settings/stack-file";

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/**
 * A review runs what a branch brings, by an account that may do everything in its project: no other stack may be there.
 * @param folder the one with the stacks' config files
 */
export const sharedProjectProblems = (plan: Plan, folder = "."): Problem[] => {
  if (plan.target !== "gcp" || plan.cloud.reviews === 0) return [];
  const { project } = plan.cloud;
  const others = readdirSync(folder).flatMap((file) => {
    const [, other = ""] = STACK_FILE.exec(file) ?? [];
    if (other === "" || other === REVIEW_BASE || reviewNumber(other) !== undefined) return [];
    const { config } = configIn({ text: readFileSync(join(folder, file), "utf8"), file, project: "fleet" });
    return config["gcp:project"] === project ? [other] : [];
  });
  return others.map((other) => ({
    path: "gcp:project",
    message: `${project} is the project of ${other}, where no review may run; allowed: a project that holds nothing but reviews`,
    cure: `./fleet pulumi config set gcp:project <project> --stack ${REVIEW_BASE} (stack ${plan.stack} has it from there)`,
  }));
};
