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
  /** The first and the last version that have it: 15, or 8.4. */
  since?: number;
  until?: number;
};

/** Google's dated list of an engine's flags. */
export type Listed = { source: string; date: string; flags: Record<string, Flag> };

const listedIn = (file: string): Listed => JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as Listed;

export const postgresFlags = listedIn("postgres.json");
export const mysqlFlags = listedIn("mysql.json");

type Checked = {
  listed: Listed;
  given: readonly { name: string; value?: string }[];
  number: number;
  databaseVersion: string;
};

/**
 * Checks a server's flags against Google's dated list; a server does not start with a wrong one.
 * @throws ApiError 400
 */
export const checkFlags = ({ listed, given, number, databaseVersion }: Checked): void => {
  for (const { name, value = "on" } of given) {
    const flag = own(listed.flags, name);
    if (!flag || number < (flag.since ?? 0) || number > (flag.until ?? Infinity))
      throw invalidArgument(
        `Invalid request: Invalid flag name: ${name}. (${databaseVersion} has none of this name in Google's list of ${listed.date}.)`,
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
  if (values) return values.some((one) => one.toLowerCase() === value.toLowerCase());
  if (min === undefined || max === undefined) return true;
  const isNumber = (whole ? /^-?\d+$/ : /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i).test(value);
  return isNumber && Number(value) >= min && Number(value) <= max;
};

const wordFor = ({ values, min, max, whole }: Flag): string => {
  if (values) return "string";
  return `${whole ? "integer" : "float"} of ${min} to ${max}`;
};
