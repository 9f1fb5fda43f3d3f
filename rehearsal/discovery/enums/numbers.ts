import { readFileSync } from "node:fs";
import { join } from "node:path";
import { own } from "../../own";

/** An enum of Google's messages whose numbers are not those of its order, and which message it is from. */
export type Numbered = { from: string; numbers: Readonly<Record<string, number>> };

/** Made by update.ts; all other enums count from 0, as their messages do. */
const FILE = join(import.meta.dirname, "numbers.json");

export const exceptions = (): Numbered[] => (JSON.parse(readFileSync(FILE, "utf8")) as { enums: Numbered[] }).enums;

const byNames = new Map(exceptions().map(({ numbers }) => [Object.keys(numbers).join(), numbers]));

/** The number of a value in a document's list of an enum's values. */
export const numberOf = (values: readonly string[], name: string): number => {
  const numbers = byNames.get(values.join());
  return numbers ? (own(numbers, name) ?? -1) : values.indexOf(name);
};

/** The value with a number, which proto3's JSON mapping takes in place of the name. */
export const nameOf = (values: readonly string[], number: unknown): string | undefined =>
  typeof number === "number" ? values.find((name) => numberOf(values, name) === number) : undefined;
