import type { Resource } from "../../policy/rule";
import { rules } from "../../policy/rules";

/** The names of the rules that find something, each once. */
export const broken = (resources: readonly Resource[]): string[] =>
  rules
    .filter((rule) =>
      "stackMistakes" in rule
        ? rule.stackMistakes(resources).length > 0
        : resources.some((resource) => rule.types.includes(resource.type) && rule.mistakes(resource).length > 0),
    )
    .map(({ name }) => name);
