import { readFileSync } from "node:fs";
import { join } from "node:path";
import { invalidArgument } from "../../../errors";
import { own } from "../../../own";

/** What a flag of Cloud SQL takes: one of some values, a number in a range, or any text. */
export type Flag = {
  values?: readonly string[];
  min?: number;
  max?: number;
  /** Whether the number is an integer. */
  whole?: boolean;
  /** The first and the last major version of Postgres that have it. */
  since?: number;
  until?: number;
};

type Listed = { source: string; date: string; flags: Record<string, Flag> };

const postgres = JSON.parse(readFileSync(join(import.meta.dirname, "postgres.json"), "utf8")) as Listed;

/**
 * Checks a Postgres server's flags against Google's dated list (update.ts); a server does not start with a wrong one.
 * @throws ApiError 400
 */
export const checkFlags = (given: readonly { name: string; value?: string }[], major: number): void => {
  for (const { name, value = "on" } of given) {
    const flag = own(postgres.flags, name);
    if (!flag || major < (flag.since ?? 0) || major > (flag.until ?? Infinity))
      throw invalidArgument(
        `Invalid request: Invalid flag name: ${name}. (POSTGRES_${major} has none of this name in Google's list of ${postgres.date}.)`,
        "invalidFlagName",
      );
    // As in https://github.com/wandb/terraform-google-wandb/pull/183
    if (!takes(flag, value))
      throw invalidArgument(
        `Value requested is not valid. Failed to set ${name}: ${value} was not an expected ${wordFor(flag)}.`,
        "invalidFlagValue",
      );
  }
};

const takes = ({ values, min, max, whole }: Flag, value: string): boolean => {
  if (values) return values.includes(value);
  if (min === undefined || max === undefined) return true;
  const isNumber = (whole ? /^-?\d+$/ : /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i).test(value);
  return isNumber && Number(value) >= min && Number(value) <= max;
};

const wordFor = ({ values, min, max, whole }: Flag): string => {
  if (values) return "string";
  return `${whole ? "integer" : "float"} of ${min} to ${max}`;
};
