import { at, listAt, textAt, UNKNOWN, type Resource } from "./rule";

/** A role that somebody gets. */
export type Grant = { role: string | undefined; member: string; condition: unknown };

/** Every role that a member, a binding or a policy gives; what only the update will know is left out. */
export const grantsOf = ({ props }: Resource): Grant[] => {
  const policy = textAt(props, "policyData");
  if (policy !== undefined) return inPolicy(policy);
  const members = [at(props, "member"), ...listAt(props, "members")].filter((member) => typeof member === "string");
  const wanted = { role: textAt(props, "role"), condition: at(props, "condition") };
  // A member that is not known yet gets its role all the same.
  if (members.length === 0 && [at(props, "member"), at(props, "members")].includes(UNKNOWN))
    return [{ ...wanted, member: "" }];
  return members.map((member) => ({ ...wanted, member }));
};

type Policy = { bindings?: { role: string; members?: string[]; condition?: unknown }[] };

const inPolicy = (text: string): Grant[] => {
  const { bindings = [] } = JSON.parse(text) as Policy;
  return bindings.flatMap(({ role, members = [], condition }) =>
    members.map((member) => ({ role, member, condition })),
  );
};

export const isEveryone = (member: string): boolean => /^(allUsers|allAuthenticatedUsers)$/i.test(member);

export const isForEveryone = (resource: Resource): boolean =>
  grantsOf(resource).some(({ member }) => isEveryone(member));
