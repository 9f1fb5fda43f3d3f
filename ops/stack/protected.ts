import { curedBy } from "../../infra/cures";
import { when, type Problem } from "../../infra/problems";
import { liftCure } from "../../policy/lift";
import { logicalName, type State } from "./checkpoint";

/** Options with which `pulumi destroy` deletes nothing, or what a person has chosen. */
const CHOSEN = /^(-h|--help|--preview-only|--exclude-protected|-t|--target|-x|--exclude)(=|$)/;

type Destroying = {
  stack: string;
  /** Those of `pulumi destroy`. */
  args: readonly string[];
  state: Pick<State, "resources">;
};

/**
 * Refuses to destroy a stack that has something protected: Pulumi would first delete what nothing protected depends on,
 * so the services would be gone and the destroy would fail at the first database (docs/knowledge.md).
 */
export const protectedProblems = ({ stack, args, state }: Destroying): Problem[] => {
  const names = state.resources.filter(({ protect = false }) => protect).map(({ urn }) => logicalName(urn));
  const { cure } = curedBy({ stack, key: "fleet:deletionProtection", value: "false" });
  return when(names.length > 0 && !args.some((arg) => CHOSEN.test(arg)), {
    path: `stack ${stack}`,
    message: `it holds data that is protected from deletion (${names.join(", ")}): a destroy would take the services and then fail`,
    cure: `${cure}; ${liftCure(stack)}; then this again, which takes all data`,
  });
};
