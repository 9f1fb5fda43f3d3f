import fc from "fast-check";
import type { LoadedApi } from "../../../rehearsal/api";
import type { Document, Method, Parameter } from "../../../rehearsal/discovery/documents";
import { right } from "../requests/right";
import { PROJECT } from "../cloud";
import { Bodies } from "./bodies";
import { anything, few, HOSTILE, partAfter, rarely } from "./values";

/** A request as it goes over the wire. */
export type Asked = { verb: string; path: string; headers: Record<string, string>; body?: string };

/** Levels of a message that is made of its schema; deeper fields stay away. */
const DEPTH = 5;

/** Requests for every method of every document, those that are answered oftener; and right ones with something changed. */
export const requests = (apis: readonly LoadedApi[]): fc.Arbitrary<Asked> =>
  fc.oneof({ weight: 4, arbitrary: described(apis) }, { weight: 2, arbitrary: changed() });

const described = (apis: readonly LoadedApi[]): fc.Arbitrary<Asked> => {
  const all = apis.flatMap((api) =>
    api.documents.flatMap((document) => {
      const bodies = new Bodies(document);
      return document.methods.map((method) => ({
        weight: method.id in api.handlers ? 12 : 1,
        arbitrary: fc.constant(undefined).chain(() => requestOf({ api: api.name, document, method, bodies })),
      }));
    }),
  );
  return fc.oneof(...all);
};

type Asking = { api: string; document: Document; method: Method; bodies: Bodies };

const requestOf = ({ api, document, method, bodies }: Asking): fc.Arbitrary<Asked> =>
  fc
    .record({
      prefix: fc.constantFrom(`/${api}/`, `/${api}/`, "/"),
      path: pathOf(document, method),
      query: queryOf(document, method),
      headers: headers(),
      body: method.request ? rarely(bodies.message(method.request.$ref, DEPTH), anything) : fc.constant(undefined),
      text: garbled(),
    })
    .map(({ prefix, path, query, headers: sent, body, text }) => ({
      verb: method.httpMethod,
      path: `${prefix}${path}${query}`,
      headers: sent,
      ...(body !== undefined && { body: text(JSON.stringify(body)) }),
    }));

/** A path of the method's pattern. */
const pathOf = (document: Document, method: Method): fc.Arbitrary<string> => {
  const template = `${document.servicePath}${method.path}`;
  const filled = template.replace(/\{\+?(\w+)\}/g, (_, name: string) => {
    const pattern = method.parameters[name]?.pattern;
    return pattern ? pattern.replace(/^\^|\$$/g, "").replace(/\[\^\/\]\+|\.\*/g, "{}") : "{}";
  });
  const parts = filled.split("{}");
  const ids = parts.slice(0, -1).map((part) => partAfter(/([\w.-]+)\/$/.exec(part)?.[1] ?? ""));
  return fc.tuple(...ids).map((values) => parts.map((part, index) => part + (values[index] ?? "")).join(""));
};

const queryOf = (document: Document, method: Method): fc.Arbitrary<string> => {
  const own = Object.entries(method.parameters).filter(([, { location }]) => location === "query");
  const required = own.filter(([, parameter]) => parameter.required);
  const optional = [...own, ...Object.entries(document.parameters)].filter(([, parameter]) => !parameter.required);
  const dollar = optional.map(([name, parameter]): [string, Parameter] => [
    name.startsWith("$") ? name : `$${name}`,
    parameter,
  ]);
  return fc
    .tuple(
      rarely(fc.constant(required), fc.constant<[string, Parameter][]>([])),
      few(optional, 2),
      few(dollar, 1),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant("") },
        { weight: 1, arbitrary: fc.constantFrom(...HOSTILE, "updateMask=*", "alt=json;enum-encoding=int") },
      ),
    )
    .chain(([...lists]) => {
      const more = lists.pop() as string;
      const asked = (lists as [string, Parameter][][]).flat();
      return fc
        .tuple(
          ...asked.map(([name, parameter]) =>
            valueOf(name, parameter).map((value) => `${encodeURIComponent(name)}=${value}`),
          ),
        )
        .map((pairs) => [...pairs, ...(more ? [more] : [])].join("&"))
        .map((text) => (text ? `?${text}` : ""));
    });
};

const valueOf = (name: string, { type, enum: values }: Parameter): fc.Arbitrary<string> => {
  const right = values
    ? fc.constantFrom(...values)
    : type === "boolean"
      ? fc.constantFrom("true", "false")
      : type === "integer"
        ? fc.constantFrom("0", "1", "2", "1000", "-1")
        : /[mM]ask$|^fields$/.test(name)
          ? fc.constantFrom(
              "*",
              "name",
              "labels",
              "name,labels",
              "template",
              "settings.tier",
              "a(b",
              "items/id",
              "labels.constructor",
              "nothing",
            )
          : fc.constantFrom("fuzz", "fuzz-two", "europe-west1", "state:ENABLED", "name", "1", "");
  return rarely(right.map(encodeURIComponent), fc.constantFrom(...HOSTILE));
};

const headers = (): fc.Arbitrary<Record<string, string>> =>
  fc
    .oneof(
      { weight: 12, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Record<string, string>>(
          { "x-http-method-override": "GET" },
          { "x-http-method-override": "PATCH" },
          { "content-encoding": "gzip" },
          { "content-encoding": "br" },
          { "x-goog-fieldmask": "name" },
          { "x-goog-user-project": "other" },
          { "x-goog-user-project": PROJECT },
          { "accept-encoding": "gzip" },
          { "content-type": "application/x-www-form-urlencoded" },
          { "content-type": "nonsense" },
        ),
      },
    )
    .map((more) => ({ "content-type": "application/json", ...more }));

/** What becomes of a body on its way: mostly nothing. */
const garbled = (): fc.Arbitrary<(text: string) => string> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant((text: string) => text) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        (text: string) => text.slice(0, -1),
        (text: string) => `${"[".repeat(20_000)}${text}`,
        (text: string) => `{"a":`.repeat(5000) + text + "}".repeat(5000),
        () => "",
        () => "null",
        () => "\u0000",
      ),
    },
  );

/** Requests of Google's documentation, with one value changed. */
const changed = (): fc.Arbitrary<Asked> =>
  fc
    .record({
      example: fc.constantFrom(...right),
      at: fc.nat(),
      value: anything,
      isChanged: fc.boolean(),
      headers: headers(),
    })
    .map(({ example: { ask, body }, at, value, isChanged, headers: sent }) => {
      const [api = "", verb = "", path = ""] = ask.split(" ");
      const copy = body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown);
      const places = placesIn(copy);
      if (isChanged && places.length > 0) places[at % places.length]!(value);
      const own = path.replace(/projects\/[\w-]+/, `projects/${PROJECT}`);
      return { verb, path: `/${api}/${own}`, headers: sent, ...(copy !== undefined && { body: JSON.stringify(copy) }) };
    });

/** What sets each value of a message, however deep. */
const placesIn = (of: unknown): ((value: unknown) => void)[] =>
  typeof of !== "object" || of === null
    ? []
    : Object.entries(of).flatMap(([key, inner]) => [
        (value: unknown) => void Object.assign(of, { [key]: value }),
        ...placesIn(inner),
      ]);
