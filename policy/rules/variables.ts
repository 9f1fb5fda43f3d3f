import type { Rule } from "../rule";
import { EVERYTHING } from "../types";
import { variablesOf, type Variable } from "../variables";

type OfVariables = { name: string; description: string; isWrong: (variable: Variable) => boolean; say: string };

const forVariables = ({ isWrong, say, ...basics }: OfVariables): Rule => ({
  ...basics,
  types: EVERYTHING,
  mistakes: (resource) =>
    variablesOf(resource)
      .filter(isWrong)
      .map(({ name, value }) => `${name} is ${value}: ${say}`),
});

const isOn = (value: string): boolean => /^(1|true|yes|on)$/i.test(value.trim());

/** Rules on what a variable switches on. */
export const variableRules: readonly Rule[] = [
  forVariables({
    name: "debug-off",
    description: "Nothing runs with its debugger: it shows settings and code to whoever makes it fail.",
    isWrong: ({ name, value }) =>
      (/(^|_)DEBUG$/i.test(name) && isOn(value)) ||
      (/^((DJANGO_|FLASK_|NODE_|APP_|RAILS_)?ENV(IRONMENT)?)$/i.test(name) && /^(dev(elopment)?|debug)$/i.test(value)),
    say: "an error shows settings and code; set it to what production has",
  }),
  forVariables({
    name: "hosts-named",
    description: "A service answers for its own hosts alone, and lets named origins read it.",
    isWrong: ({ name, value }) =>
      (/(ALLOWED_HOSTS|ALLOWED_ORIGINS|TRUSTED_ORIGINS|CORS_ORIGINS?)$/i.test(name) &&
        value.split(/[\s,]+/).some((host) => /^(\*|https?:\/\/\*|\.|\*\.\w+)$/.test(host))) ||
      (/ALLOW_ALL_ORIGINS$|ORIGIN_ALLOW_ALL$/i.test(name) && isOn(value)),
    say: "any host or origin is taken; name them",
  }),
];
