import type { ErrorObject } from "ajv";
import type { FieldViolation } from "../errors";
import type { Resource } from "../store";
import type { Schema } from "./documents";
import type { Match } from "./routes";
import { withoutBound } from "./bound";
import { checkMask } from "./update-mask";
import { fieldPrefix, isObject, normalise, snakeCase } from "./normalise";
import { readQuery } from "./query";
import { scalarOf } from "./scalars";
import { SCALAR, type Reading, type Schemas } from "./schemas";
import { limitProblems } from "../limits/check";

export type Checked = { body: Resource; query: Record<string, unknown>; violations: FieldViolation[] };

type Asked = {
  schemas: Schemas;
  match: Match;
  query: URLSearchParams;
  /** The parsed body; `undefined` when there is none. */
  body: unknown;
};

/** Compares a request with its method's description. The wording is that of Google's own front end (ESF). */
export const checkRequest = ({ schemas, match: { method, document, params }, query, body }: Asked): Checked => {
  const read = readQuery({ method, document, query });
  const refused = (...violations: FieldViolation[]): Checked => ({
    body: {},
    query: read.values,
    violations: [...read.violations, ...violations],
  });
  if (!method.request) {
    const keys = isObject(body) ? Object.keys(body) : [];
    return refused(...keys.map((key) => unknown(key, "")));
  }
  if (body !== undefined && !isObject(body))
    return refused({
      field: "",
      description: 'Invalid JSON payload received. Unknown name "": Root element must be a message.',
    });
  const { $ref: name } = method.request;
  const bound = withoutBound({ schemas, name, params, value: body ?? {} });
  const { value } = bound;
  const reading = method.httpMethod === "PATCH" || method.httpMethod === "PUT" ? "update" : "create";
  const normal = normalise({ document, schema: { $ref: name }, value, dropReadOnly: true }) as Resource;
  const shape = checkValue({ schemas, name, value, reading });
  return {
    body: normal,
    query: read.values,
    violations: [
      ...read.violations,
      ...bound.violations,
      ...shape,
      ...(shape.length > 0 ? [] : limitProblems({ schemas, method, body: normal })),
      ...(read.violations.length > 0 ? [] : checkMask({ schemas, name, body: normal, query: read.values })),
    ],
  };
};

/** The violations in an answer of the rehearsal's own. */
export const checkAnswer = (schemas: Schemas, { method }: Match, answer: Resource): FieldViolation[] =>
  method.response ? checkValue({ schemas, name: method.response.$ref, value: answer, reading: "answer" }) : [];

type Checking = { schemas: Schemas; name: string; value: unknown; reading: Reading };

const checkValue = (of: Checking): FieldViolation[] => {
  const { schemas, name, reading } = of;
  const value = normalise({ document: schemas.document, schema: { $ref: name }, value: of.value, dropReadOnly: false });
  const validate = schemas.validator(name, reading);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => inGooglesWords(error, fieldPrefix(name)));
};

const inGooglesWords = (error: ErrorObject, prefix: string): FieldViolation => {
  const field = fieldOf(error.instancePath, prefix);
  switch (error.keyword) {
    case "additionalProperties":
      return unknown((error.params as { additionalProperty: string }).additionalProperty, field);
    case "required": {
      const missing = snakeCase((error.params as { missingProperty: string }).missingProperty);
      const path = [field, missing].filter(Boolean).join(".");
      return { field: path, description: `Required field '${path}' is not set.` };
    }
    case SCALAR:
      return invalid(field, scalarOf(error.schema as Schema)?.name ?? "TYPE_MESSAGE", error.data);
    case "type":
      return wrongShape(field, error);
    default:
      return { field, description: `Invalid value at '${field}': ${error.message}` };
  }
};

const wrongShape = (field: string, { schema, data }: ErrorObject): FieldViolation => {
  const listForOne = schema === "object" && Array.isArray(data);
  if (!listForOne) return invalid(field, schema === "array" ? "TYPE_REPEATED" : "TYPE_MESSAGE", data);
  const [, parent = "", name = field] = /^(?:(.*)\.)?([^.]+)$/.exec(field) ?? [];
  const at = parent ? ` at '${parent}'` : "";
  const description = `Invalid JSON payload received. Unknown name "${name}"${at}: Proto field is not repeating, cannot start list.`;
  return { field: parent, description };
};

const unknown = (name: string, field: string): FieldViolation => {
  const at = field ? ` at '${field}'` : "";
  return { field, description: `Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.` };
};

const invalid = (field: string, type: string, value: unknown): FieldViolation => ({
  field,
  description: `Invalid value at '${field}' (${type}), ${typeof value === "object" ? "Starting an object on a scalar field" : JSON.stringify(value)}`,
});

/** "/template/containers/0/env" as "service.template.containers[0].env". */
const fieldOf = (pointer: string, prefix: string): string => {
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.reduce(
    (field, part) => (/^\d+$/.test(part) ? `${field}[${part}]` : [field, snakeCase(part)].filter(Boolean).join(".")),
    prefix,
  );
};
