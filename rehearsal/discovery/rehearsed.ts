import { own } from "../own";
import type { Method, Schema } from "./documents";
import { isObject, messageName } from "./normalise";
import type { Schemas } from "./schemas";

/**
 * What an API's requests may ask for, because the rehearsal does it or because nothing that runs here depends on it. All else
 * in these messages would be ignored silently, and is refused. A message that is not named here may hold
 * any field.
 */
export type Rehearsed = {
  /** The fields of a message, by its name without Google's prefix: "RevisionTemplate". */
  fields: Readonly<Record<string, readonly string[]>>;
  /** The values of a field, or the keys of a map, where not all are rehearsed, by "Message.field". */
  values?: Readonly<Record<string, readonly string[]>>;
};

type Asked = { schemas: Schemas; method: Method; rehearsed: Rehearsed; body: unknown };

/** The paths in a request's body that the rehearsal would ignore. */
export const unrehearsedIn = ({ schemas, method, rehearsed, body }: Asked): string[] => {
  const inMessage = (name: string, value: object, at: string): string[] => {
    const message = messageName(name);
    const known = own(rehearsed.fields, message);
    const { properties } = schemas.schema(name);
    return Object.entries(value)
      .filter(([key, inner]) => isSet(inner, own(properties, key)))
      .flatMap(([key, inner]) => {
        const path = at ? `${at}.${key}` : key;
        if (known && !known.includes(key)) return [path];
        const allowed = own(rehearsed.values, `${message}.${key}`);
        const wrong = allowed ? wordsIn(inner).filter((word) => !allowed.includes(word)) : [];
        return [...wrong.map((word) => `${path} ${word}`), ...inField(own(properties, key), inner, path)];
      });
  };
  const inField = (schema: Schema | undefined, value: unknown, at: string): string[] => {
    if (schema?.items && Array.isArray(value))
      return value.flatMap((item, index) => inField(schema.items, item, `${at}[${index}]`));
    return schema?.$ref && isObject(value) ? inMessage(schema.$ref, value, at) : [];
  };
  return method.request && isObject(body) ? inMessage(method.request.$ref, body, "") : [];
};

/**
 * proto3 takes a scalar of zero, an empty list and an empty map for none, and Google's clients for Node send them; a message
 * without fields is there.
 */
const isSet = (value: unknown, schema: Schema | undefined): boolean => {
  if (Array.isArray(value)) return value.length > 0;
  if (schema?.additionalProperties && isObject(value)) return Object.keys(value).length > 0;
  return isObject(value) || !/^(?:|0|false|null|undefined)$|_UNSPECIFIED$/.test(String(value));
};

/** A value, or the keys of a map. */
const wordsIn = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : [String(value)]);
