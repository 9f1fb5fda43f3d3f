import { settingsSchema } from "./schema";

/** The types by which Pulumi.yaml declares the keys; a test compares both. */
export type SettingType = "string" | "boolean" | "integer" | "array" | "object";

/** The part of a zod schema that tells its type; those with a default or an `optional` hold another. */
type Field = { def: { type: string; innerType?: unknown; element?: unknown; valueType?: unknown } };

const ofZod: Record<string, SettingType> = {
  string: "string",
  enum: "string",
  boolean: "boolean",
  number: "integer",
  array: "array",
  record: "object",
};

/** The field without what makes it optional. */
const coreOf = (field: Field): Field["def"] =>
  field.def.innerType === undefined ? field.def : coreOf(field.def.innerType as Field);

const typeOfField = (field: Field): SettingType => ofZod[coreOf(field).type] ?? "string";

const entryTypeOf = (field: Field): SettingType | undefined => {
  const { element, valueType } = coreOf(field);
  const entry = element ?? valueType;
  return entry === undefined ? undefined : typeOfField(entry as Field);
};

const fields = Object.entries<Field>(settingsSchema.shape);

/** The type of each key of the project, without its namespace. */
export const settingTypes: Readonly<Record<string, SettingType>> = Object.fromEntries(
  fields.map(([key, field]) => [key, typeOfField(field)]),
);

/** The type of the entries of each key that is a list or a map. */
export const entryTypes: Readonly<Record<string, SettingType | undefined>> = Object.fromEntries(
  fields.map(([key, field]) => [key, entryTypeOf(field)]),
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
