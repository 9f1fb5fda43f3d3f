import { mistakesIn, stackMistakesIn, type Resource, type Rule } from "../../policy/rule";
import { rules as all } from "../../policy/rules";

type Finding = { rule: string; about: string; message: string };

/** What each rule says of a stack. */
export const findings = (resources: readonly Resource[], rules: readonly Rule[] = all): Finding[] =>
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
