import type { Api, Call } from "../api";
import { nameIn } from "../names";
import type { Resource } from "../store";

/**
 * https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo: Terraform asks for it whenever it looks a project
 * up, and goes on where the API is not enabled.
 */
const getBillingInfo = (call: Call): Resource => ({
  name: `${nameIn(call)}/billingInfo`,
  projectId: call.project.id,
  billingAccountName: "billingAccounts/000000-000000-000000",
  billingEnabled: true,
});

/** Nothing costs anything here: the account that would pay is made up. */
export const cloudbilling: Api = {
  name: "cloudbilling",
  versions: ["v1"],
  service: "cloudbilling.googleapis.com",
  handlers: { "cloudbilling.projects.getBillingInfo": getBillingInfo },
};
