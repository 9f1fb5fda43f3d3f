import fc from "fast-check";
import type { Document, Schema } from "../../../rehearsal/discovery/documents";
import { PROJECT } from "../cloud";
import { anything, few, HOSTILE, rarely } from "./values";

/** Messages made of their schemas, each with few of its fields, so that it is not refused for one of many. */
export class Bodies {
  readonly #made = new Map<string, fc.Arbitrary<unknown>>();

  constructor(private readonly document: Document) {}

  message(name: string, depth: number): fc.Arbitrary<unknown> {
    const key = `${name} ${depth}`;
    const found = this.#made.get(key) ?? this.#object(this.document.schemas[name] ?? {}, depth);
    this.#made.set(key, found);
    return found;
  }

  #object({ properties = {}, additionalProperties }: Schema, depth: number): fc.Arbitrary<unknown> {
    if (depth === 0) return fc.constant({});
    if (additionalProperties)
      return fc.dictionary(
        fc.constantFrom("a", "fuzz", ...HOSTILE.slice(0, 4)),
        this.#value(additionalProperties, depth - 1),
        { maxKeys: 2 },
      );
    const names = Object.keys(properties);
    const required = names.filter((name) => properties[name]?.required);
    return fc
      .tuple(rarely(fc.constant(required), fc.constant<string[]>([])), few(names, 3))
      .chain(([must, may]) =>
        fc.record(
          Object.fromEntries(
            [...new Set([...must, ...may])].map((each) => [
              each,
              rarely(this.#value(properties[each]!, depth - 1), anything),
            ]),
          ),
        ),
      );
  }

  #value(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    if (schema.$ref) return fc.constant(undefined).chain(() => this.message(schema.$ref!, depth));
    if (schema.type === "array")
      return depth <= 0 ? fc.constant([]) : fc.array(this.#value(schema.items ?? {}, depth - 1), { maxLength: 2 });
    if (schema.type === "object") return this.#object(schema, Math.max(depth, 0));
    return scalar(schema);
  }
}

const scalar = ({ type, format, enum: values }: Schema): fc.Arbitrary<unknown> => {
  if (values) return fc.oneof(fc.constantFrom(...values), fc.nat(values.length + 2));
  const known: Record<string, fc.Arbitrary<unknown>> = {
    boolean: fc.constantFrom<unknown>(true, false, "true"),
    integer: fc.oneof(fc.constantFrom<unknown>(0, 1, 3, 60, "8", 2 ** 31, -5), fc.integer()),
    number: fc.oneof(fc.constantFrom<unknown>(0, 0.5, "NaN", "Infinity"), fc.double()),
  };
  const formats: Record<string, fc.Arbitrary<unknown>> = {
    "google-datetime": fc.constantFrom("2030-01-01T00:00:00Z", "1999-12-31T23:59:59.123456789+01:00"),
    "google-duration": fc.constantFrom("0s", "60s", "3.5s", "-1s", "315576000000s"),
    "google-fieldmask": fc.constantFrom("displayName", "*", "a.b", "labels.constructor"),
    byte: fc.constantFrom("", "YQ==", "YQ", "__-_"),
    int64: fc.constantFrom<unknown>("0", "10", 10, "-1", "9223372036854775807"),
  };
  const texts = fc.constantFrom(
    "fuzz",
    "fuzz-two",
    "1",
    "200m",
    "512Mi",
    "db-f1-micro",
    "POSTGRES_15",
    "europe-west1",
    "roles/run.invoker",
    "allUsers",
    "user:a@example.com",
    `projects/${PROJECT}/secrets/fuzz`,
    "europe-west1-docker.pkg.dev/p/r/i",
    "",
    "☃",
  );
  return known[type ?? ""] ?? formats[format ?? ""] ?? fc.oneof(texts, fc.constantFrom(...HOSTILE));
};
