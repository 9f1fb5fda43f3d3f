import { badRequest } from "../errors";
import { own } from "../own";
import type { Schema } from "../discovery/documents";
import { camelCase, isObject } from "../discovery/normalise";
import type { Schemas } from "../discovery/schemas";

/** The wanted fields by name, each with what is wanted of it; undefined for all of it. `*` is every field. */
type Wanted = Map<string, Wanted | undefined>;

/**
 * Reads a mask of an answer's fields, `name,template(containers/image)`: https://cloud.google.com/apis/docs/system-parameters
 * has it as a field mask with dots, https://developers.google.com/slides/api/guides/performance#partial the older signs.
 * @throws ApiError 400 for what the answer does not have
 */
export const maskOf = (of: { schemas: Schemas; name: string; fields: string }): ((answer: object) => object) => {
  const wanted = parsed(of.fields);
  check({ schemas: of.schemas, schema: { $ref: of.name }, wanted, path: "" });
  return (answer) => pick(answer, wanted) as object;
};

/** Deeper than any message is; every level is a call. */
const DEEPEST = 50;

const parsed = (text: string): Wanted => {
  const tokens = text.match(/[^,()/.]+|[,()/.]/g) ?? [];
  let at = 0;
  const list = (depth: number): Wanted => {
    const wanted: Wanted = new Map();
    do add(wanted, depth);
    while (tokens[at] === "," && ++at);
    return wanted;
  };
  const add = (wanted: Wanted, depth: number): Wanted => {
    const name = tokens[at++]?.trim() ?? "";
    if (!/^(?:\*|[\w-]+)$/.test(name) || depth > DEEPEST) throw invalid(text);
    return wanted.set(name, merged(wanted.has(name), wanted.get(name), inner(depth + 1)));
  };
  const inner = (depth: number): Wanted | undefined => {
    const sign = tokens[at];
    if (sign !== "/" && sign !== "." && sign !== "(") return undefined;
    at++;
    if (sign !== "(") return add(new Map(), depth);
    const wanted = list(depth);
    if (tokens[at++] !== ")") throw invalid(text);
    return wanted;
  };
  const wanted = list(0);
  if (at < tokens.length) throw invalid(text);
  return wanted;
};

/** `a.b,a.c` wants both of `a`, `a,a.b` all of it. */
const merged = (known: boolean, before: Wanted | undefined, next: Wanted | undefined): Wanted | undefined => {
  if (!known) return next;
  if (!before || !next) return undefined;
  const both: Wanted = new Map(before);
  for (const [name, inner] of next) both.set(name, merged(both.has(name), both.get(name), inner));
  return both;
};

type Checking = { schemas: Schemas; schema: Schema; wanted: Wanted; path: string };

const check = ({ schemas, schema, wanted, path }: Checking): void => {
  const of = messageIn(schemas, schema);
  for (const [name, inner] of wanted) {
    // What stands behind an asterisk is looked for in every field, and need not be in all.
    if (name === "*") continue;
    const here = path ? `${path}.${name}` : name;
    const key = own(of.properties, name) ? name : camelCase(name);
    const property = own(of.properties, key) ?? of.additionalProperties ?? (isOpen(of) ? {} : undefined);
    if (!property) throw invalid(here);
    if (inner) check({ schemas, schema: property, wanted: inner, path: here });
  }
};

const messageIn = (schemas: Schemas, schema: Schema): Schema => {
  const of = schema.items ?? schema;
  return of.$ref ? schemas.schema(of.$ref) : of;
};

const isOpen = ({ type, $ref }: Schema): boolean => !$ref && (type === undefined || type === "any");

const pick = (value: unknown, wanted: Wanted | undefined): unknown => {
  if (!wanted) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, wanted));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const name = [...wanted.keys()].find((given) => given === key || camelCase(given) === key || given === "*");
      return name === undefined ? [] : [[key, pick(inner, wanted.get(name))]];
    }),
  );
};

/** As the Slides and Drive APIs word it. */
const invalid = (path: string): Error =>
  badRequest({
    field: path,
    description: `Error expanding 'fields' parameter. Cannot find matching fields for path '${path}'.`,
  });
