import { PolicyPack, type Policies, type PolicyResource, type ResourceValidationArgs } from "@pulumi/policy";
import { attach } from "../stacks/attached";
import { known } from "./known";
import { isLifted, liftCure, stackIn } from "./lift";
import { mistakesIn, stackMistakesIn, type Resource, type Rule } from "./rule";
import { rules } from "./rules";

const asPolicy = (rule: Rule): Policies[number] => {
  const { name, covers = [], isAdvisory } = rule;
  const basics = {
    name,
    description: [rule.description, ...(covers.length > 0 ? [`(${covers.join(", ")})`] : [])].join(" "),
    tags: [...covers],
    ...(isAdvisory ? { enforcementLevel: "advisory" as const } : {}),
  };
  if ("stackMistakes" in rule) {
    return {
      ...basics,
      validateStack: ({ resources }, report) => {
        const seen = new Map(resources.map((resource) => [asResource(resource), resource.urn]));
        for (const { about, message } of stackMistakesIn(rule, [...seen.keys()])) report(message, seen.get(about));
      },
    };
  }
  return {
    ...basics,
    validateResource: (args, report) => {
      if (rule.types.test(args.type) && isMeant(rule, args.urn) && !isLifted(rule, args.urn))
        for (const message of mistakesIn(rule, asResource(args)))
          report(rule.guardsData ? `${message}. To lift the protection: ${liftCure(stackIn(args.urn))}` : message);
    },
  };
};

const asResource = ({ type, name, props }: ResourceValidationArgs | PolicyResource): Resource => ({
  type,
  name,
  props: known(props) as Resource["props"],
});

/** `urn:pulumi:prod::fleet::...`: the rules that are this project's own leave others alone. */
const isMeant = ({ isOurs }: Rule, urn: string): boolean => isOurs !== true || urn.split("::")[1] === "fleet";

attach();
// Making the pack is what starts its server: Pulumi runs this file for that.
new PolicyPack("fleet", { enforcementLevel: "mandatory", policies: rules.map(asPolicy) });
