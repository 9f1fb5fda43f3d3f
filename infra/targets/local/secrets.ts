import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Plan } from "../../catalogue/plan";
import type { SecretSource, SecretValues } from "../../outputs";

/**
 * The value of every secret of the plan: the config's where it gives one, else a random one that stays the same.
 */
export const createSecrets = ({
  plan,
  given,
  parentOf,
}: {
  plan: Plan;
  given: SecretValues;
  parentOf: (system: string) => pulumi.Resource;
}): SecretSource => {
  const values = new Map(
    plan.secrets.map(({ name, system, length }) => [
      name,
      // Letters and digits alone are safe in a URL and in SQL.
      given[name] ?? new random.RandomPassword(name, { length, special: false }, { parent: parentOf(system) }).result,
    ]),
  );
  return (name) => values.get(name) as pulumi.Output<string>;
};
