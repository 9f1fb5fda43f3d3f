import type { Call } from "../api";
import { permissionDenied } from "../errors";
import { lineage } from "../rights/demands";
import { hasAccount } from "./policies";

/**
 * Whoever lets something run as a service account needs its use: https://cloud.google.com/iam/docs/service-accounts-actas
 * @param of.told the product's words of the refusal
 * @throws ApiError 403 for an account that is not there or not theirs to use
 */
export const requireActAs = (call: Call, { email, told }: { email: string; told: string }): void => {
  if (!hasAccount(call, email)) throw permissionDenied(told);
  const name = `projects/${call.project.id}/serviceAccounts/${email}`;
  const resources = lineage({ service: "iam.googleapis.com", name, project: call.project });
  call.demand({ permission: "iam.serviceAccounts.actAs", resources, told });
};
