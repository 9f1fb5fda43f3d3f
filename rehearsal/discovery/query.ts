import type { FieldViolation } from "../errors";
import { own } from "../own";
import { canonical } from "./canonical";
import type { Document, Method, Parameter } from "./documents";
import { camelCase, snakeCase } from "./normalise";
import { scalarOf } from "./scalars";

type Asked = { method: Method; document: Document; query: URLSearchParams };
type Read = { values: Record<string, unknown>; violations: FieldViolation[] };

/**
 * Reads a query as its method describes it: names in either spelling, values of their types, repeated ones as arrays.
 */
export const readQuery = ({ method, document, query }: Asked): Read => {
  const read: Read = { values: {}, violations: [] };
  for (const key of new Set(query.keys())) {
    const name = inQuery(method, document, key) ? key : key.split(".").map(camelCase).join(".");
    const parameter = inQuery(method, document, name);
    if (parameter) readValues({ read, name, parameter, values: query.getAll(key) });
    else read.violations.push(unbound(key));
  }
  for (const [name, parameter] of Object.entries(method.parameters))
    if (parameter.location === "query" && parameter.required && !read.values[name])
      read.violations.push({ field: fieldOf(name), description: `Required field '${fieldOf(name)}' is not set.` });
  return read;
};

const inQuery = (method: Method, document: Document, name: string): Parameter | undefined => {
  const parameter = own(method.parameters, name);
  return parameter?.location === "query" ? parameter : own(document.parameters, name);
};

const readValues = (of: { read: Read; name: string; parameter: Parameter; values: string[] }): void => {
  const { read, name, parameter, values } = of;
  const scalar = scalarOf(parameter);
  const wrong = scalar ? values.filter((value) => !scalar.accepts(value)) : [];
  for (const value of wrong)
    read.violations.push({
      field: fieldOf(name),
      description: `Invalid value at '${fieldOf(name)}' (${scalar?.name}), ${JSON.stringify(value)}`,
    });
  const typed = values.map((value) => canonical(parameter, value));
  read.values[name] = parameter.repeated ? typed : typed.at(-1);
};

const unbound = (name: string): FieldViolation => ({
  field: "",
  description: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
});

const fieldOf = (name: string): string => name.split(".").map(snakeCase).join(".");
