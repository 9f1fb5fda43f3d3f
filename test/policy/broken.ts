import { mistakesIn, stackMistakesIn, type Resource } from "../../policy/rule";
import { rules } from "../../policy/rules";

/** What each rule says of a stack. */
export const findings = (resources: readonly Resource[]): { rule: string; about: string; message: string }[] =>
  rules.flatMap((rule) =>
    ("stackMistakes" in rule
      ? stackMistakesIn(rule, resources)
      : resources.flatMap((about) => mistakesIn(rule, about).map((message) => ({ about, message })))
    ).map(({ about, message }) => ({ rule: rule.name, about: about.name, message })),
  );

/** The names of the rules that find something, each once. */
export const broken = (resources: readonly Resource[]): string[] => [
  ...new Set(findings(resources).map(({ rule }) => rule)),
];
