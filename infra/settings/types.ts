import { settingsSchema } from "./schema";

/** The types by which Pulumi.yaml declares the keys; a test compares both. */
export type SettingType = "string" | "boolean" | "integer" | "array" | "object";

/** The part of a zod schema that tells its type; those with a default or an `optional` hold another. */
type Field = { def: { type: string; innerType?: unknown } };

const ofZod: Record<string, SettingType> = {
  string: "string",
  enum: "string",
  boolean: "boolean",
  number: "integer",
  array: "array",
  record: "object",
};

const typeOfField = ({ def }: Field): SettingType =>
  def.innerType === undefined ? (ofZod[def.type] ?? "string") : typeOfField(def.innerType as Field);

/** The type of each key of the project, without its namespace. */
export const settingTypes: Readonly<Record<string, SettingType>> = Object.fromEntries(
  Object.entries(settingsSchema.shape).map(([key, field]) => [key, typeOfField(field)]),
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
