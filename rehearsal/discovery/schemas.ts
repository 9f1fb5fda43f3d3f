import { Ajv, type ValidateFunction } from "ajv";
import type { Document, Method, Schema } from "./documents";
import { scalarOf } from "./scalars";

type JsonSchema = Record<string, unknown>;

/** The keyword under which ajv is told of a Google scalar. */
export const SCALAR = "scalar";

/** `create` wants what is required, `update` wants it only below the top, `answer` wants nothing. */
export type Reading = "create" | "update" | "answer";

/** Compiles the schemas of one document, for each reading when it is first asked for. */
export class Schemas {
  readonly #ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(readonly document: Document) {
    this.#ajv.addKeyword({
      keyword: SCALAR,
      validate: (schema: Schema, value: unknown) => scalarOf(schema)?.accepts(value) ?? true,
    });
    for (const required of [true, false])
      this.#ajv.addSchema({ $id: idOf(required), definitions: this.#definitions(required) });
  }

  validator(name: string, reading: Reading): ValidateFunction {
    const key = `${reading} ${name}`;
    const found = this.#compiled.get(key) ?? this.#ajv.compile(this.#schemaFor(name, reading));
    this.#compiled.set(key, found);
    return found;
  }

  schema(name: string): Schema {
    const found = this.document.schemas[name];
    if (!found) throw new Error(`${this.document.name}.${this.document.version} has no schema ${name}`);
    return found;
  }

  /** The fields of a request's body that never change. */
  immutableIn({ request }: Pick<Method, "request">): string[] {
    return this.#fieldsOf(request).flatMap(([key, { immutable }]) => (immutable ? [key] : []));
  }

  /** The fields of a request's body that a client may set at any time. */
  settableIn({ request }: Pick<Method, "request">): string[] {
    return this.#fieldsOf(request).flatMap(([key, { readOnly, immutable }]) => (readOnly || immutable ? [] : [key]));
  }

  /** The fields of a request's body without which no resource is. */
  requiredIn({ request }: Pick<Method, "request">): string[] {
    return this.#fieldsOf(request).flatMap(([key, field]) => (isMissed(field) ? [key] : []));
  }

  #fieldsOf(request: Method["request"]): [string, Schema][] {
    return request ? Object.entries(this.schema(request.$ref).properties ?? {}) : [];
  }

  /** The fields of a method's answer. */
  answersOf({ response }: Pick<Method, "response">): string[] {
    return response ? Object.keys(this.schema(response.$ref).properties ?? {}) : [];
  }

  #schemaFor(name: string, reading: Reading): JsonSchema {
    if (reading !== "update") return { $ref: `${idOf(reading === "create")}#/definitions/${name}` };
    const { required: _, ...optional } = jsonSchemaOf(this.schema(name), idOf(true), true);
    return optional;
  }

  #definitions(required: boolean): Record<string, JsonSchema> {
    return Object.fromEntries(
      Object.entries(this.document.schemas).map(([name, schema]) => [
        name,
        jsonSchemaOf(schema, idOf(required), required),
      ]),
    );
  }
}

const idOf = (required: boolean): string => (required ? "request" : "answer");

const jsonSchemaOf = (schema: Schema, root: string, required: boolean): JsonSchema => {
  if (schema.$ref) return { $ref: `${root}#/definitions/${schema.$ref}` };
  const inner = (of: Schema): JsonSchema => jsonSchemaOf(of, root, required);
  if (schema.type === "array") return { type: "array", items: inner(schema.items ?? {}) };
  if (schema.type !== "object") return { [SCALAR]: schema };
  const properties = schema.properties ?? {};
  const wanted = Object.keys(properties).filter((key) => isMissed(properties[key]!));
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, inner(value)])),
    additionalProperties: schema.additionalProperties ? inner(schema.additionalProperties) : false,
    ...(required && wanted.length > 0 && { required: wanted }),
  };
};

/** proto3 does not tell a number of zero, or false, from one that is absent (https://protobuf.dev/programming-guides/field_presence). */
const isMissed = ({ required, readOnly, type = "any", format = "" }: Schema): boolean =>
  required === true && !readOnly && !["boolean", "integer", "number"].includes(type) && !format.endsWith("int64");
