import { camelCase, isObject } from "./discovery/normalise";

/** The values at a path, in either spelling; of a list those of all its items. */
export const valuesAt = (value: unknown, path: readonly string[]): unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [first, ...rest] = path;
  if (first === undefined) return value === undefined ? [] : [value];
  if (!isObject(value)) return [];
  const key = Object.hasOwn(value, first) ? first : camelCase(first);
  return Object.hasOwn(value, key) ? valuesAt(value[key], rest) : [];
};

/** Numbers as numbers, also where they are text (int64), everything else as text; what is not there comes first. */
export const compared = (a: unknown, b: unknown): number => {
  const [x, y] = [a, b].map((value) => textOf(value)) as [string, string];
  const [m, n] = [x, y].map((text) => (text.trim() === "" ? NaN : Number(text))) as [number, number];
  if (!Number.isNaN(m) && !Number.isNaN(n)) return m - n;
  return x === y ? 0 : x < y ? -1 : 1;
};

const textOf = (value: unknown): string => {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
};
