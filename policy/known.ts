import { UNKNOWN } from "./rule";

/**
 * Plain data of what Pulumi hands to a policy, with UNKNOWN where only the update will know. Pulumi's own objects throw
 * when an unknown value is read, which would turn the whole rule off in every preview of something new.
 */
export const known = (value: unknown): unknown => {
  // By index: map() would read an unknown element before we can.
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, index));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
};

const read = (holder: object, key: string | number): unknown => {
  try {
    return known((holder as Record<string | number, unknown>)[key]);
  } catch (error) {
    if (isUnknown(error)) return UNKNOWN;
    throw error;
  }
};

/** The SDK does not export its error's class. */
const isUnknown = (error: unknown): boolean =>
  error instanceof Error && error.message.endsWith("can't be known during preview");
