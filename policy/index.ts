import { PolicyPack, type Policies, type PolicyResource, type ResourceValidationArgs } from "@pulumi/policy";
import { attach } from "../stacks/attached";
import { known } from "./known";
import type { Resource, Rule } from "./rule";
import { rules } from "./rules";

const asPolicy = (rule: Rule): Policies[number] => {
  const { name, description } = rule;
  if ("stackMistakes" in rule) {
    return {
      name,
      description,
      validateStack: ({ resources }, report) => {
        const seen = new Map(resources.map((resource) => [asResource(resource), resource.urn]));
        for (const { about, message } of rule.stackMistakes([...seen.keys()])) report(message, seen.get(about));
      },
    };
  }
  return {
    name,
    description,
    validateResource: (args, report) => {
      if (rule.types.includes(args.type)) rule.mistakes(asResource(args)).forEach((message) => report(message));
    },
  };
};

const asResource = ({ type, name, props }: ResourceValidationArgs | PolicyResource): Resource => ({
  type,
  name,
  props: known(props) as Resource["props"],
});

attach();
// Making the pack is what starts its server: Pulumi runs this file for that.
new PolicyPack("fleet", { enforcementLevel: "mandatory", policies: rules.map(asPolicy) });
