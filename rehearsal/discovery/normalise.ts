import { own } from "../own";
import { canonical } from "./canonical";
import type { Document, Schema } from "./documents";

type Normalising = { document: Document; schema: Schema; value: unknown; dropReadOnly: boolean };

/**
 * proto3's JSON mapping leaves a sender some freedom: a field's original name (max_instance_count) instead of
 * maxInstanceCount, null for a field that is not set, several ways to write a scalar. This takes it away; what is unknown
 * or wrong stays for the validation.
 * @param of.dropReadOnly leaves out what only the server sets, which Google ignores in a request
 */
export const normalise = (of: Normalising): unknown => {
  const { document, value } = of;
  const schema = of.schema.$ref ? (document.schemas[of.schema.$ref] ?? {}) : of.schema;
  const inner = (next: Schema, item: unknown): unknown => normalise({ ...of, schema: next, value: item });
  if (Array.isArray(value)) return value.map((item) => inner(schema.items ?? {}, item));
  if (!isObject(value) || schema.type !== "object") return canonical(schema, value);
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const name = own(schema.properties, key) ? key : camelCase(key);
    const property = own(schema.properties, name);
    if (item === null) return property || !schema.additionalProperties ? [] : [[key, item]];
    if (property) return of.dropReadOnly && property.readOnly ? [] : [[name, inner(property, item)]];
    return [[key, inner(schema.additionalProperties ?? {}, item)]];
  });
  return Object.fromEntries(entries);
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const camelCase = (text: string): string =>
  text.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** As fields are called in Google's messages. */
export const snakeCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The name of a message without Google's prefix: "RevisionTemplate" of "GoogleCloudRunV2RevisionTemplate". */
export const messageName = (name: string): string => name.replace(/^Google\w+?V\d+(?:(?:beta|alpha)\d+)?/, "");

/** The body is a field of the request message (`service`), unless it is the whole message. */
export const fieldPrefix = (name: string): string => {
  if (name.endsWith("Request")) return "";
  return snakeCase(messageName(name).replace(/^./, (c) => c.toLowerCase()));
};
