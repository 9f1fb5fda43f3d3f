import { badRequest, invalidArgument } from "../errors";
import type { Policy } from "../grants";
import { isKnownRole, touches } from "../rights/roles";
import { isRole } from "./names";

/** https://cloud.google.com/iam/quotas (2026-11-29) */
const MOST_PRINCIPALS = 1500;
const MOST_GROUPS = 250;
const MOST_OPERATORS = 12;

const PUBLIC = ["allUsers", "allAuthenticatedUsers"];
const BASIC = ["roles/owner", "roles/editor", "roles/viewer"];

/**
 * What every product refuses of a policy, whatever the project holds: https://cloud.google.com/iam/docs/reference/rest/v1/Policy
 * and https://cloud.google.com/iam/docs/conditions-overview.
 * @param resource the full name of what the policy is for
 * @throws ApiError 400
 */
export const checkPolicyLimits = ({ version = 0, bindings = [] }: Policy, resource: string): void => {
  if (![0, 1, 3].includes(version))
    throw invalidArgument(`Invalid policy version: ${version}. Valid values are 0, 1, and 3.`);
  const members = bindings.flatMap(({ members: of = [] }) => of);
  if (members.length > MOST_PRINCIPALS)
    throw invalidArgument(
      `The number of members in the policy (${members.length}) is larger than the maximum allowed size ${MOST_PRINCIPALS}.`,
    );
  const groups = members.filter((member) => member.startsWith("group:"));
  if (groups.length > MOST_GROUPS)
    throw invalidArgument(
      `The number of groups in the policy (${groups.length}) is larger than the maximum allowed size ${MOST_GROUPS}.`,
    );
  for (const { role, members: of = [], condition } of bindings) {
    checkRole(role, resource);
    of.forEach((member) => checkPrincipal(member, resource));
    if (condition) checkCondition({ role, members: of, condition, version });
  }
};

/** A resource takes the roles that hold one of its own permissions; the project takes all. */
const checkRole = (role: string, resource: string): void => {
  const refused = invalidArgument(`Role ${role} is not supported for this resource.`);
  if (!role || (role.startsWith("roles/") && !isRole(role))) throw refused;
  const [, service = ""] = /^\/\/([^.]+)\.googleapis\.com\//.exec(resource) ?? [];
  const isProject = service === "cloudresourcemanager";
  if (!isProject && isKnownRole(role) && !BASIC.includes(role) && !touches(role, `${service}.`)) throw refused;
};

const LONGEST_ADDRESS = 320;
const EMAIL = /^[^@\s:]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}$/i;
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/i;

const checkPrincipal = (member: string, resource: string): void => {
  const isProject = resource.startsWith("//cloudresourcemanager.googleapis.com/");
  const refused = (why: string) => badRequest({ field: "policy.bindings.member", description: why });
  if (isProject && PUBLIC.includes(member))
    throw refused(`Project does not support ${member} as a member in a binding of a policy.`);
  if (isProject && /^project(?:Owner|Editor|Viewer):/.test(member))
    throw refused(`Project does not support ${member} as a member in a binding of a policy.`);
  const [, kind = "", value = ""] = /^(user|group|serviceAccount|domain):(.*)$/.exec(member) ?? [];
  const isRight =
    kind === "" ||
    (value.length <= LONGEST_ADDRESS && (kind === "domain" ? DOMAIN.test(value) : isAddress(kind, value)));
  if (!isRight)
    throw refused(
      `Invalid member: ${member}. The identifier is not a valid ${kind === "domain" ? "domain" : "email address"}.`,
    );
};

/** An account of Kubernetes has the name of its pool: "p.svc.id.goog[namespace/name]". */
const isAddress = (kind: string, value: string): boolean =>
  EMAIL.test(value) || (kind === "serviceAccount" && /^[^@\s]+\.svc\.id\.goog\[[^/\]]+\/[^\]]+\]$/.test(value));

type Conditional = { role: string; members: string[]; condition: Record<string, unknown>; version: number };

const checkCondition = ({ role, members, condition, version }: Conditional): void => {
  const { title, expression, description } = condition as { title?: string; expression?: string; description?: string };
  if (version !== 3)
    throw invalidArgument(
      `Any operation that affects conditional role bindings must specify policy version 3, not ${version}.`,
    );
  if (BASIC.includes(role)) throw invalidArgument("Conditions can't be set on primitive roles");
  if (members.some((member) => PUBLIC.includes(member)))
    throw invalidArgument("Conditions can't be set for allUsers or allAuthenticatedUsers.");
  if (!title) throw invalidArgument(`The condition of ${role} has no title.`);
  if (title.length > 100) throw invalidArgument(`The condition title of ${role} is longer than 100 characters.`);
  if ((description ?? "").length > 256)
    throw invalidArgument(`The condition description of ${role} is longer than 256 bytes.`);
  const bare = (expression ?? "").replace(/"[^"]*"|'[^']*'/g, "''");
  const isWhole =
    bare !== "" &&
    !/["]/.test(bare) &&
    ["()", "[]"].every(([open = "", close = ""]) => bare.split(open).length === bare.split(close).length);
  if (!isWhole || /(?:^|[^=!<>])=(?:[^=]|$)/.test(bare))
    throw invalidArgument(`Expression '${expression ?? ""}' of the condition '${title}' cannot be compiled.`);
  const operators = bare.split(/&&|\|\||!(?!=)/).length - 1;
  if (operators > MOST_OPERATORS)
    throw invalidArgument(
      `The condition '${title}' has ${operators} logical operators, and may have at most ${MOST_OPERATORS}.`,
    );
};
