import { isObject } from "./discovery/normalise";
import { own } from "./own";
import { compared } from "./values";

/** What a comparison asks of the values of its field, of which there are several in a list. */
export type Test = (values: unknown[]) => boolean;

export type Reading = {
  /** Whether small and capital letters are the same. */
  ignoresCase?: boolean;
};

/** The test of `field <operator> value`; undefined for a pattern that is none. */
export const comparisonOf = (operator: string, value: string, { ignoresCase = false }: Reading): Test | undefined => {
  const folded = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  const wanted = folded(value);
  const test = own(TESTS, operator)?.(wanted);
  if (!test) return undefined;
  const isNegative = operator.startsWith("!");
  return (values) => {
    if (operator === ":" && wanted === "*") return values.length > 0;
    return values.flatMap(textsOf).some((text) => test(folded(text))) !== isNegative;
  };
};

/** Of a map its keys: `labels:key` asks whether it has one. */
const textsOf = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : [String(value)]);

type OfText = (text: string) => boolean;

const TESTS: Record<string, (wanted: string) => OfText | undefined> = {
  ":": (wanted) => (text) => text.includes(wanted.replace(/\*$/, "")),
  "=": (wanted) => wholeOf(wanted),
  "!=": (wanted) => wholeOf(wanted),
  "=~": (wanted) => patternOf(wanted),
  "!~": (wanted) => patternOf(wanted),
  "<": (wanted) => (text) => difference(text, wanted) < 0,
  "<=": (wanted) => (text) => difference(text, wanted) <= 0,
  ">": (wanted) => (text) => difference(text, wanted) > 0,
  ">=": (wanted) => (text) => difference(text, wanted) >= 0,
};

/** A `*` stands for any text. */
const wholeOf = (wanted: string): OfText => {
  if (!wanted.includes("*")) return (text) => text === wanted;
  const parts = wanted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
  return (text) => pattern.test(text);
};

const patternOf = (wanted: string): OfText | undefined => {
  try {
    const pattern = new RegExp(wanted);
    return (text) => pattern.test(text);
  } catch {
    return undefined;
  }
};

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity */
const SEVERITIES = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];

const difference = (a: string, b: string): number => compared(rankOf(a), rankOf(b));

/** What is no number and has an order: a point in time, whatever the digits of its second, and a severity. */
const rankOf = (text: string): string => {
  const severity = SEVERITIES.indexOf(text.toUpperCase());
  if (severity >= 0) return String(severity);
  return /^\d{4}-\d\d-\d\d(?:t|$)/i.test(text) ? String(Date.parse(text)) : text;
};

/** The test of `field = function(values)`; undefined for a function that there is not. */
export const functionOf = (operator: string, name: string, given: readonly string[]): Test | undefined => {
  const test = own(FUNCTIONS, name)?.(given);
  return test && ((values) => values.some((value) => test(String(value))) !== (operator === "!="));
};

/** https://cloud.google.com/monitoring/api/v3/filters#comparisons */
const FUNCTIONS: Record<string, (given: readonly string[]) => OfText | undefined> = {
  starts_with:
    ([start = ""]) =>
    (text) =>
      text.startsWith(start),
  ends_with:
    ([end = ""]) =>
    (text) =>
      text.endsWith(end),
  has_substring:
    ([part = ""]) =>
    (text) =>
      text.includes(part),
  one_of: (given) => (text) => given.includes(text),
  "monitoring.regex.full_match": ([pattern = ""]) => patternOf(`^(?:${pattern})$`),
};
