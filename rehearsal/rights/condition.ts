/** What a binding's condition may look at: https://cloud.google.com/iam/docs/conditions-attribute-reference */
export type Attributes = {
  resource?: { type: string; name: string } | undefined;
  /** The roles whose bindings the request changes; empty for every request but setIamPolicy. */
  modifiedRoles?: readonly string[] | undefined;
};

const RESOURCE = /^resource\.(type|name)\s*==\s*(?:"([^"]*)"|'([^']*)')$/;
const MODIFIED = /^api\.getAttribute\('iam\.googleapis\.com\/modifiedGrantsByRole', \[\]\)\.hasOnly\(\[([^\]]*)\]\)$/;

/**
 * Whether a condition holds. Two kinds of term, joined by `&&`, are understood: comparisons of the resource's type and name,
 * and that a request changes the bindings of certain roles alone.
 */
export const holds = (expression: string, attributes: Attributes): boolean =>
  termsOf(expression).every((term) => readTerm(term)?.(attributes) ?? false);

/** Whether every term is understood; one that is not never holds. */
export const isUnderstood = (expression: string): boolean =>
  termsOf(expression).every((term) => readTerm(term) !== undefined);

const termsOf = (expression: string): string[] => expression.split("&&").map((term) => term.trim());

const readTerm = (term: string): ((attributes: Attributes) => boolean) | undefined => {
  const [, attribute, double, single] = RESOURCE.exec(term) ?? [];
  if (attribute !== undefined) return ({ resource }) => resource?.[attribute as "type" | "name"] === (double ?? single);
  const listed = MODIFIED.exec(term)?.[1];
  if (listed === undefined) return undefined;
  const roles = listed.split(",").map((role) => role.trim().replace(/^(['"])(.*)\1$/, "$2"));
  return ({ modifiedRoles = [] }) => modifiedRoles.every((role) => roles.includes(role));
};
