import * as random from "@pulumi/random";
import { createHmac } from "node:crypto";
import { lookUp } from "../../plan/ids";
import type { LocalPlan } from "../../plan/plan";
import type { SecretSource, SecretValues } from "../../outputs";

/**
 * The value of every secret of the plan: the config's where it gives one, else one made of the stack's random seed.
 * It is one resource instead of one for each secret: each costs time in every update.
 */
export const createSecrets = ({ plan, given }: { plan: LocalPlan; given: SecretValues }): SecretSource => {
  const seed = new random.RandomPassword("secrets-seed", { length: 64, special: false }).result;
  return (name) =>
    given[name] ?? seed.apply((text) => derivedSecret({ seed: text, name, length: lookUp(plan.secrets, name).length }));
};

/** Letters and digits alone are safe in a URL and in SQL. */
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** The largest multiple of their number that a byte can hold: bytes above it would make some characters likelier. */
const FAIR = 256 - (256 % CHARACTERS.length);

/** A value of its own for every name, equal for equal seeds; one value reveals nothing of the others (HMAC). */
export const derivedSecret = ({ seed, name, length }: { seed: string; name: string; length: number }): string => {
  let value = "";
  for (let block = 0; value.length < length; block++) {
    const bytes = createHmac("sha512", seed).update(`${name} ${block}`).digest();
    value += [...bytes]
      .filter((byte) => byte < FAIR)
      .map((byte) => CHARACTERS[byte % CHARACTERS.length])
      .join("");
  }
  return value.slice(0, length);
};
