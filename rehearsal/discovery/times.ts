import { createHash } from "node:crypto";
import { own } from "../own";
import type { Resource } from "../store";
import type { Method, Schema } from "./documents";
import { isObject, messageName } from "./normalise";
import type { Schemas } from "./schemas";

type Answered = { schemas: Schemas; method: Pick<Method, "response">; answer: Resource; digits: number };

/**
 * An answer with the times that the server sets as exact as its product has them. They are kept in milliseconds; the digits
 * beyond are made of these, so that one time is always told the same.
 */
export const withDigits = ({ schemas, method, answer, digits }: Answered): Resource => {
  const told = (schema: Schema, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => told(schema.items ?? {}, item));
    if (typeof value === "string") return isTime(schema) ? exact(value, digits) : value;
    if (!isObject(value)) return value;
    const { properties, additionalProperties } = messageOf(schemas, schema, value);
    const entries = Object.entries(value).map(
      ([key, inner]) => [key, told(own(properties, key) ?? additionalProperties ?? {}, inner)] as const,
    );
    return Object.fromEntries(entries);
  };
  return method.response && digits > 3 ? (told({ $ref: method.response.$ref }, answer) as Resource) : answer;
};

/** The message of a value: its field's, or in an Any (an operation's response) the one that it names itself. */
const messageOf = (schemas: Schemas, schema: Schema, value: Resource): Schema => {
  const type = value["@type"];
  const name = typeof type === "string" ? type.slice(type.lastIndexOf(".") + 1) : undefined;
  const named = Object.entries(schemas.document.schemas).find(([key]) => messageName(key) === name)?.[1];
  return named ?? (schema.$ref ? schemas.schema(schema.$ref) : schema);
};

const isTime = ({ format, readOnly }: Schema): boolean => format === "google-datetime" && readOnly === true;

const exact = (time: string, digits: number): string => {
  const [, start, end] = /^(.*T\d\d:\d\d:\d\d\.\d{3})(Z)$/.exec(time) ?? [];
  if (start === undefined) return time;
  const more = createHash("sha256").update(time).digest().readUIntBE(0, 6) % 10 ** (digits - 3);
  return `${start}${String(more).padStart(digits - 3, "0")}${end}`;
};
