import { projectResource, type Grants } from "../../../rehearsal/grants";
import type { Demand } from "../../../rehearsal/rights/demands";
import { holdsPermission } from "../../../rehearsal/rights/roles";
import type { Right } from "./team";

/** A request, and where it asks for its permissions. */
export type Asking = { method: string; on: Right["on"]; demands: Demand[] };

type Refusing = { grants: Grants; project: string; email: string; asked: readonly Asking[]; given: readonly Right[] };

/** The requests that an account with these roles on a project, and none elsewhere, is refused, in their order. */
export const refusedOf = ({ grants, project, email, asked, given }: Refusing): string[] => {
  const member = `serviceAccount:${email}`;
  const bindings = given
    .filter(({ on }) => on === "project")
    .map(({ role, condition }) => ({
      role,
      members: [member],
      ...(condition && { condition: { expression: condition } }),
    }));
  grants.setPolicy(projectResource(project), { version: 3, bindings });
  const isAllowed = (on: Right["on"], demand: Demand): boolean =>
    given.some((right) => right.on === on && right.permission === demand.permission) ||
    (on === "project"
      ? grants.allows({ ...demand, member })
      : given.some((right) => right.on === on && holdsPermission(right.role, demand.permission)));
  return asked.flatMap(({ method, on, demands }) => (demands.every((demand) => isAllowed(on, demand)) ? [] : [method]));
};
