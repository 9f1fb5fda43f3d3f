import type { FieldViolation } from "../errors";
import { own } from "../own";
import type { Resource } from "../store";
import type { Schema } from "./documents";
import { camelCase, fieldPrefix, isObject, snakeCase } from "./normalise";
import type { Schemas } from "./schemas";

type Masked = { schemas: Schemas; name: string; body: Resource; query: Record<string, unknown> };

/** The mask of an update, the message that its paths lead into, and that message as it was sent. */
type Mask = { paths: string[]; root: string; sent: Resource };

/**
 * Every path of an update mask has to lead to a field that may change, and takes away no field that is required. An etag
 * is a condition and no content (https://google.aip.dev/154); whoever names it changes nothing.
 */
export const checkMask = (of: Masked): FieldViolation[] => {
  const mask = maskOf(of);
  if (!mask) return [];
  const told = mask.paths.map((path) => ({ path, steps: stepsOf(of.schemas, mask.root, path) }));
  const fixed = told.filter(({ steps }) => steps?.some(({ schema }) => schema.readOnly || schema.immutable));
  return [
    ...told
      .filter(({ steps }) => !steps)
      .map(({ path }) => ({
        field: "update_mask",
        description: `Invalid field path '${path}' in field mask 'update_mask'.`,
      })),
    // As Certificate Manager says it: https://github.com/pulumi/pulumi-google-native/issues/479
    ...(fixed.length === 0
      ? []
      : [
          {
            field: "update_mask",
            description: `paths not permitted to be updated: ${fixed.map(({ path }) => path).join(", ")}`,
          },
        ]),
    ...told.flatMap(({ steps = [] }) => missingIn(mask, steps)),
  ];
};

/** Most masks are in the query; IAM's is in the body, beside the message that it is about. */
const maskOf = ({ schemas, name, body, query }: Masked): Mask | undefined => {
  if (typeof query["updateMask"] === "string") return { paths: pathsOf(query["updateMask"]), root: name, sent: body };
  const fields = Object.entries(schemas.schema(name).properties ?? {});
  const [key] = fields.find(([, { format }]) => format === "google-fieldmask") ?? [];
  const [inner, schema] = fields.find(([, { $ref }]) => $ref) ?? [];
  const text = key === undefined ? undefined : body[key];
  if (typeof text !== "string" || inner === undefined || !schema?.$ref) return undefined;
  return { paths: pathsOf(text), root: schema.$ref, sent: (body[inner] ?? {}) as Resource };
};

const pathsOf = (mask: string): string[] =>
  mask
    .split(",")
    .map((path) => path.trim())
    .filter((path) => path !== "" && path !== "*");

type Step = { name: string; schema: Schema };

/** The fields that a path goes through; undefined where it leads nowhere. */
const stepsOf = (schemas: Schemas, root: string, path: string): Step[] | undefined => {
  const steps: Step[] = [];
  let schema = schemas.schema(root);
  for (const part of path.split(".")) {
    if (schema.additionalProperties) return steps;
    const name = own(schema.properties, part) ? part : camelCase(part);
    const next = own(schema.properties, name);
    if (!next) return undefined;
    steps.push({ name, schema: next });
    schema = next.$ref ? schemas.schema(next.$ref) : next;
  }
  return steps;
};

const missingIn = ({ root, sent }: Mask, steps: readonly Step[]): FieldViolation[] => {
  const path = [fieldPrefix(root)];
  let value: unknown = sent;
  for (const { name, schema } of steps) {
    value = isObject(value) ? own(value, name) : undefined;
    path.push(snakeCase(name));
    if (value === undefined && schema.required && !schema.readOnly && !schema.immutable)
      return [{ field: path.join("."), description: `Required field '${path.join(".")}' is not set.` }];
  }
  return [];
};
