import * as z from "zod";
import { placeSchema } from "./cloud";
import { settingsSchema } from "./schema";

/** The types by which Pulumi.yaml declares the keys; a test compares both. */
export type SettingType = "string" | "boolean" | "integer" | "array" | "object";

/** A setting as JSON Schema describes it, with the words of its messages. */
export type Description = {
  type: SettingType;
  default?: unknown;
  /** The values that it may hold, in words. */
  allowed: string;
  /** A value for the command that cures it. */
  example: string;
  /** The entries of a list, and those of a map. */
  items?: { type: SettingType };
  additionalProperties?: { type: SettingType };
};

/** Ranges and choices follow from the schema; the meta of other settings has their allowed values in words. */
const descriptionsOf = (schema: z.ZodType): Readonly<Record<string, Description>> =>
  Object.fromEntries(
    Object.entries(z.toJSONSchema(schema, { io: "input" }).properties ?? {}).map(([key, property]) => [
      key,
      { allowed: allowedBy(property as z.core.JSONSchema.JSONSchema), ...(property as Omit<Description, "allowed">) },
    ]),
  );

const allowedBy = ({ type, minimum, maximum, enum: choice = [] }: z.core.JSONSchema.JSONSchema): string => {
  if (type === "boolean") return "true, false";
  return type === "integer" ? `a whole number from ${minimum} to ${maximum}` : choice.join(", ");
};

/** The project's settings by their keys without namespace, and the provider's. */
export const descriptions = descriptionsOf(settingsSchema);
export const placeDescriptions = descriptionsOf(placeSchema);

/** The type of each key of the project, without its namespace. */
export const settingTypes: Readonly<Record<string, SettingType>> = Object.fromEntries(
  Object.entries(descriptions).map(([key, { type }]) => [key, type]),
);

/**
 * The value that a config text stands for: Pulumi hands a program strings as they are and everything else as JSON.
 * A text that does not fit its type stays a text, which the schema refuses.
 */
export const valueOf = ({ key, text }: { key: string; text: string }): unknown => {
  const type = settingTypes[key] ?? "string";
  if (type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
