import { grantsOf, type Grant } from "../grants";
import { at, isMissing, setting, textAt, UNKNOWN, when, type Resource, type Rule, type RuleBasics } from "../rule";
import * as kinds from "../types";

type OfGrants = RuleBasics & { types?: RegExp; check: (grant: Grant, resource: Resource) => string[] };

const forGrants = ({ types = kinds.GRANT, check, ...basics }: OfGrants): Rule => ({
  ...basics,
  types,
  mistakes: (resource) => [...new Set(grantsOf(resource).flatMap((grant) => check(grant, resource)))],
});

/** Roles over a whole project that a program may give: they write what nobody else reads as truth. */
const FOR_ALL =
  /^roles\/(logging\.logWriter|monitoring\.metricWriter|cloudtrace\.agent|cloudprofiler\.agent|errorreporting\.writer)$/;
/** Roles that can be given over a project alone, so that a condition has to name the one resource, or the roles. */
const WITH_CONDITION = /^roles\/(cloudsql\.(client|instanceUser)|resourcemanager\.projectIamAdmin)$/;
const BASIC = /^roles\/(owner|editor|viewer|admin|writer|reader)$/;

/** Compute Engine's, App Engine's and Cloud Build's accounts, which hold the basic role Editor in many projects. */
const DEFAULT_ACCOUNT = /-compute@developer\.gserviceaccount\.com$|@(appspot|cloudbuild)\.gserviceaccount\.com$/;

/** Every identity of a pool or of a project's clusters: `.../workloadIdentityPools/github/*`. */
const WHOLE_POOL = /^principalSet:\/\/.*\/work(load|force)(Identity)?Pools\/[^/]+\/\*$/;

/** A condition that whoever signs in at the provider meets. */
const isNoCondition = (condition: unknown): boolean =>
  isMissing(condition) || /^\s*(true|1 *== *1)\s*$/.test(String(condition));

/** Rules on roles and on who signs in. */
export const accessRules: readonly Rule[] = [
  forGrants({
    name: "iam-no-basic-role",
    description: "Nobody gets Owner, Editor or Viewer, on no resource.",
    covers: ["CKV_GCP_42", "CKV_GCP_115", "CKV_GCP_116", "CKV_GCP_117", "GCP-0007", "CIS 1.5"],
    check: ({ role = "" }) =>
      when(BASIC.test(role), `${role} is a basic role with thousands of permissions; give the one role that is needed`),
  }),
  forGrants({
    name: "iam-wide-roles",
    description: "Over a whole project, folder or organization only roles of a short list are given.",
    covers: [
      "CKV_GCP_41",
      "CKV_GCP_44",
      "CKV_GCP_45",
      "CKV_GCP_49",
      "GCP-0005",
      "GCP-0007",
      "GCP-0009",
      "GCP-0011",
      "CIS 1.6",
    ],
    types: kinds.WIDE_GRANT,
    check: ({ role = "" }) =>
      when(
        role !== "" && !BASIC.test(role) && !FOR_ALL.test(role) && !WITH_CONDITION.test(role),
        `${role} reaches everything of its kind in the project; give it on the one resource that needs it`,
      ),
  }),
  forGrants({
    name: "iam-condition",
    description: "A role that can be given over the whole project alone has a condition that names its resource.",
    types: kinds.WIDE_GRANT,
    check: ({ role = "", condition }) =>
      when(
        WITH_CONDITION.test(role) && condition !== UNKNOWN && isNoCondition(at(condition, "expression")),
        `${role} holds for every resource of the project; set a condition whose expression names the one that is meant`,
      ),
  }),
  {
    name: "iam-not-authoritative",
    description: "No resource replaces what others gave on a project, folder or organization.",
    types: kinds.WIDE_GRANT,
    mistakes: ({ type }) =>
      when(/(Binding|Policy):/i.test(type), "it takes away every role that somebody else gave; use an IAMMember"),
  },
  forGrants({
    name: "iam-no-default-account",
    description: "Google's default accounts get no role: whatever names no account runs as one of them.",
    covers: ["CKV_GCP_46", "CKV_GCP_47", "CKV_GCP_48", "GCP-0004", "GCP-0006", "GCP-0008"],
    check: ({ member }) =>
      when(
        DEFAULT_ACCOUNT.test(member),
        `${member} is a default account, which others use as well; make an account for the one purpose`,
      ),
  }),
  forGrants({
    name: "iam-no-private-person",
    description: "Nobody gets a role as a private person.",
    covers: ["GCP-0069", "CIS 1.1"],
    check: ({ member }) =>
      when(
        /^user:.*@(gmail|googlemail|hotmail|outlook|yahoo|icloud|proton)\./i.test(member),
        `${member} is a private account, which outlives the employment; use the organization's`,
      ),
  }),
  forGrants({
    name: "iam-not-a-whole-pool",
    description: "A role goes to identities of a pool that an attribute names, never to all that sign in.",
    check: ({ member }) =>
      when(
        WHOLE_POOL.test(member),
        "whoever signs in at the pool gets it; name an attribute: .../attribute.repository/<owner>/<repository>",
      ),
  }),
  {
    name: "iam-no-exported-key",
    description: "No key of a service account leaves Google: workloads get tokens from their own identity.",
    covers: ["CIS 1.4"],
    types: kinds.SERVICE_ACCOUNT_KEY,
    mistakes: () => [
      "it exports a key that never expires; use the service's own identity or Workload Identity Federation",
    ],
  },
  setting({
    name: "identity-provider-condition",
    description: "An identity provider of many strangers (GitHub, a cloud) says whom of them it means.",
    covers: ["CKV_GCP_118", "CKV_GCP_125", "GCP-0068"],
    types: kinds.IDENTITY_PROVIDER,
    path: "attributeCondition",
    isWrong: isNoCondition,
    say: "whoever has an account there can sign in; set attributeCondition, such as assertion.repository_owner_id == '<id>'",
  }),
  {
    name: "audit-logs-complete",
    description: "Nobody is left out of the audit logs.",
    covers: ["GCP-0079", "CIS 2.1"],
    types: /^gcp:(projects|folder|organizations)\/iamAuditConfig:/i,
    mistakes: ({ props }) =>
      when(
        JSON.stringify(at(props, "auditLogConfigs") ?? "").includes('"exemptedMembers":["'),
        `what they do in ${textAt(props, "service") ?? "the project"} is not logged; take exemptedMembers out`,
      ),
  },
];

/** Whether a name stands for one of Google's default accounts. */
export const isDefaultAccount = (account: string): boolean => DEFAULT_ACCOUNT.test(account);
