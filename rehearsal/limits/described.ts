import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../discovery/normalise";
import type { FieldViolation } from "../errors";
import { own } from "../own";
import type { Visited } from "./walk";

/** What a field's description says of its values; figures of durations are in seconds, lengths in characters. */
export type Limit = {
  min?: number;
  max?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  /** What the whole text has to match. */
  pattern?: string;
  maxEntries?: number;
  /** The length of a map's keys and values, and what its keys have to match. */
  maxKey?: number;
  maxValue?: number;
  keys?: string;
};

type Described = { limits: Record<string, Record<string, Limit>> };

const { limits } = JSON.parse(readFileSync(join(import.meta.dirname, "described.json"), "utf8")) as Described;

/** What Google was seen to say of some fields, in public issues; of the others one wording speaks for all. */
const SEEN: Readonly<Record<string, (value: unknown) => string>> = {
  "iam.v1 CreateServiceAccountRequest.accountId": (id) =>
    `The account ID "${String(id)}" does not have a length between 6 and 30.`,
};

/** What the descriptions of a message's fields do not allow. */
export const describedProblems = ({ document, schema, message, at }: Visited): FieldViolation[] =>
  Object.entries(message).flatMap(([key, value]) => {
    const limit = own(own(limits, document), `${schema}.${key}`);
    const seen = own(SEEN, `${document} ${schema}.${key}`);
    const field = at(key);
    return (limit ? problemsOf(limit, value) : []).map((what) => ({
      field,
      description: what.includes("characters") && seen ? seen(value) : `Invalid value at '${field}': ${what}.`,
    }));
  });

const problemsOf = (limit: Limit, value: unknown): string[] => {
  if (Array.isArray(value)) return many(limit, value.length);
  if (isObject(value)) return [...many(limit, Object.keys(value).length), ...inMap(limit, Object.entries(value))];
  if (typeof value === "string" && (limit.maxLength ?? limit.minLength ?? limit.pattern) !== undefined)
    return inText(limit, value);
  const figure = parseFloat(String(value));
  // proto3 takes zero for none.
  return Number.isNaN(figure) || figure === 0 ? [] : inNumber(limit, figure);
};

const many = ({ maxEntries }: Limit, count: number): string[] =>
  maxEntries !== undefined && count > maxEntries ? [`it has ${count} entries, and may have at most ${maxEntries}`] : [];

const inMap = ({ maxKey = Infinity, maxValue = Infinity, keys }: Limit, entries: [string, unknown][]): string[] =>
  entries.flatMap(([key, value]) => [
    ...(key.length > maxKey ? [`the key '${key}' is longer than ${maxKey} characters`] : []),
    ...(typeof value === "string" && value.length > maxValue
      ? [`the value of '${key}' is longer than ${maxValue} characters`]
      : []),
    ...(keys && !isWhole(keys, key) ? [`the key '${key}' does not match ${keys}`] : []),
  ]);

const inText = ({ minLength = 0, maxLength = Infinity, pattern }: Limit, text: string): string[] => {
  if (text === "") return [];
  if (text.length > maxLength) return [`it must not exceed ${maxLength} characters, and has ${text.length}`];
  if (text.length < minLength) return [`it must have at least ${minLength} characters, and has ${text.length}`];
  return pattern && !isWhole(pattern, text) ? [`${JSON.stringify(text)} does not match ${pattern}`] : [];
};

const inNumber = ({ min = -Infinity, max = Infinity, multipleOf }: Limit, figure: number): string[] => {
  if (figure < min && max === Infinity) return [`${figure} is less than ${min}`];
  if (figure > max && min === -Infinity) return [`${figure} is greater than ${max}`];
  if (figure < min || figure > max) return [`${figure} must be between ${min} and ${max}`];
  return multipleOf && figure % multipleOf !== 0 ? [`${figure} must be a multiple of ${multipleOf}`] : [];
};

const isWhole = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);
