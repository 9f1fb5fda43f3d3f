import { own } from "../own";
import type { Schema } from "./documents";
import { numberOf } from "./enums/numbers";
import { isObject } from "./normalise";
import type { Schemas } from "./schemas";

/** An answer with numbers in place of the names of enums. What an operation holds has no schema, and keeps its names. */
export const withNumericEnums = (of: { schemas: Schemas; schema: Schema; value: unknown }): unknown => {
  const { schemas, value } = of;
  const schema = of.schema.$ref ? schemas.schema(of.schema.$ref) : of.schema;
  const inner = (next: Schema | undefined, item: unknown): unknown =>
    next ? withNumericEnums({ schemas, schema: next, value: item }) : item;
  if (Array.isArray(value)) return value.map((item) => inner(schema.items, item));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        inner(own(schema.properties, key) ?? schema.additionalProperties, item),
      ]),
    );
  if (typeof value !== "string" || !schema.enum?.includes(value)) return value;
  return numberOf(schema.enum, value);
};
