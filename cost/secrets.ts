import type { PlannedValue } from "../infra/plan/env";
import type { CloudPlan } from "../infra/plan/cloud";
import { serversOf } from "../infra/plan/servers";

/** Names for what the target keeps in Secret Manager: one version each, of whatever services and servers refer to. */
export const storedSecrets = (plan: CloudPlan): string[] => {
  const references = plan.services.flatMap(({ env }) => Object.values(env).flatMap(secretIn));
  const admins = serversOf(plan).map(({ id }) => `${id}-admin-password`);
  return [...new Set([...references, ...admins])].sort();
};

const secretIn = (value: PlannedValue): string[] => {
  if (typeof value === "string") return [];
  switch (value.kind) {
    case "secret":
      return [value.secret];
    case "database":
      return ["user", "password", "url"].includes(value.part)
        ? [`${value.datastore}/${value.database}/${value.part}`]
        : [];
    case "redis":
      return [`${value.datastore}/${value.index}`];
    case "messaging":
    case "topic":
    case "serviceUrl":
      return [];
  }
};
