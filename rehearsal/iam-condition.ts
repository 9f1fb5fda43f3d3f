/** The attributes of a resource that a binding's condition may compare: https://cloud.google.com/iam/docs/conditions-attribute-reference */
export type Attributes = { type: string; name: string };

const TERM = /^resource\.(type|name)\s*==\s*(?:"([^"]*)"|'([^']*)')$/;

/**
 * Whether a condition holds. Comparisons of the resource's type and name, joined by `&&`, are understood; what is not
 * understood does not hold, so that nothing is allowed by mistake.
 */
export const holds = (expression: string, resource: Attributes | undefined): boolean =>
  expression.split("&&").every((term) => {
    const [, attribute, double, single] = TERM.exec(term.trim()) ?? [];
    return (
      resource !== undefined && attribute !== undefined && resource[attribute as "type" | "name"] === (double ?? single)
    );
  });
