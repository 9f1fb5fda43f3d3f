import { isObject, fieldPrefix, snakeCase } from "../discovery/normalise";
import type { Method, Schema } from "../discovery/documents";
import type { Schemas } from "../discovery/schemas";
import type { FieldViolation } from "../errors";
import { own } from "../own";
import type { Resource } from "../store";

/** A message somewhere in a request's body. */
export type Visited<Message = Resource> = {
  /** The document's name and version: "run.v2". */
  document: string;
  /** The schema's name there. */
  schema: string;
  message: Message;
  /** The request's name: "CreateServiceRequest". */
  request: string;
  /** The path of one of its fields as Google says it, or of the message itself. */
  at: (key?: string) => string;
};

/** What is wrong with a field of a message. */
export const violation = (of: Visited, key: string, description: string): FieldViolation => ({
  field: of.at(key),
  description,
});

type Walked = { schemas: Schemas; method: Method; name: string; value: unknown };

/** Every message of a normalised body, the outermost first. */
export const messagesIn = ({ schemas, method, name, value }: Walked): Visited[] => {
  const request = requestOf(method);
  const document = `${schemas.document.name}.${schemas.document.version}`;
  const inMessage = (schema: string, message: Resource, path: string): Visited[] => {
    const at = (key?: string): string => [path, key && snakeCase(key)].filter(Boolean).join(".");
    const { properties } = schemas.schema(schema);
    const inner = Object.entries(message).flatMap(([key, item]) => inField(own(properties, key), item, at(key)));
    return [{ document, schema, message, request, at }, ...inner];
  };
  const inField = (schema: Schema | undefined, item: unknown, path: string): Visited[] => {
    if (schema?.items && Array.isArray(item))
      return item.flatMap((one, index) => inField(schema.items, one, `${path}[${index}]`));
    if (schema?.additionalProperties && isObject(item))
      return Object.entries(item).flatMap(([key, one]) =>
        inField(schema.additionalProperties, one, `${path}['${key}']`),
      );
    return schema?.$ref && isObject(item) ? inMessage(schema.$ref, item, path) : [];
  };
  return isObject(value) ? inMessage(name, value, fieldPrefix(name)) : [];
};

/** "CreateServiceRequest" of run.projects.locations.services.create. */
const requestOf = ({ id }: Method): string => {
  const [kind = "", verb = ""] = id.split(".").slice(-2);
  const word = verb === "patch" ? "update" : verb;
  return `${capital(word)}${capital(kind.replace(/s$/, ""))}Request`;
};

const capital = (text: string): string => text.replace(/^./, (letter) => letter.toUpperCase());
