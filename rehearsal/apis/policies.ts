import type { Call, Cloud, Handler } from "../api";
import { memberOf } from "../callers";
import { badRequest, invalidArgument, notRehearsed } from "../errors";
import { projectResource, type Policy } from "../grants";
import { checkPolicyLimits } from "../limits/policies";
import { defaultAccount } from "../project";
import { isUnderstood } from "../rights/condition";

/**
 * getIamPolicy, setIamPolicy and testIamPermissions of one kind of resource.
 * @param of.methods what the method ids begin with, for example "secretmanager.projects.secrets"
 * @param of.resource the full name, after making sure (or throwing 404) that the resource is there
 */
export const policyHandlers = (of: { methods: string; resource: (call: Call) => string }): Record<string, Handler> => ({
  [`${of.methods}.getIamPolicy`]: (call) => call.grants.policyOf(of.resource(call)),
  [`${of.methods}.setIamPolicy`]: (call) => {
    const resource = of.resource(call);
    const policy = call.body["policy"] as Policy;
    checkPolicyLimits(policy, resource);
    checkPolicy(call, policy);
    return call.grants.setPolicy(resource, policy);
  },
  [`${of.methods}.testIamPermissions`]: (call) => {
    const { caller, grants, project } = call;
    const resources = [of.resource(call), projectResource(project.id)];
    const asked = (call.body["permissions"] ?? []) as string[];
    const member = memberOf(caller);
    return {
      permissions: asked.filter((permission) => caller.isOwner || grants.allows({ member, permission, resources })),
    };
  },
});

const MEMBER =
  /^(?:allUsers|allAuthenticatedUsers|(?:user|group|serviceAccount|domain|deleted:\w+|projectOwner|projectEditor|projectViewer):\S+|principal(?:Set)?:\/\/\S+)$/;
const ROLE = /^(?:roles|projects\/[^/]+\/roles|organizations\/[^/]+\/roles)\/[\w.]+$/;

const checkPolicy = (cloud: Cloud, { bindings = [] }: Policy): void => {
  for (const { role, members = [], condition } of bindings) {
    if (!role || !ROLE.test(role)) throw invalidArgument(`Role ${role} is not supported for this resource.`);
    if (!cloud.grants.knowsRole(role)) throw notRehearsed(`the role ${role} is`);
    if (condition && !isUnderstood(String(condition["expression"]))) throw notRehearsed(`the condition of ${role} is`);
    for (const member of members) checkMember(cloud, member);
  }
};

const checkMember = (cloud: Cloud, member: string): void => {
  if (!MEMBER.test(member)) {
    const description = `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`;
    throw badRequest({ field: "policy.bindings.member", description });
  }
  const own = new RegExp(`^serviceAccount:(.+@${cloud.project.id}\\.iam\\.gserviceaccount\\.com)$`).exec(member)?.[1];
  if (own && !hasAccount(cloud, own)) throw invalidArgument(`Service account ${own} does not exist.`);
};

/** Whether the project has this service account, and has not deleted it. */
export const hasAccount = ({ store, project }: Cloud, email: string): boolean => {
  const account = store.get("iam.serviceAccounts", `projects/${project.id}/serviceAccounts/${email}`);
  return account === undefined ? email === defaultAccount(project) : account["deleted"] !== true;
};
