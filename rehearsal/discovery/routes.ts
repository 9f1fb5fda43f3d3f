import { invalidArgument } from "../errors";
import type { Document, Method } from "./documents";

export type Route = { document: Document; method: Method; pattern: RegExp; names: string[]; weight: number };

export type Match = { document: Document; method: Method; params: Record<string, string> };

/** Every method of the documents, the most literal path first: `{name}:setIamPolicy` before `{name}`. */
export const routesOf = (documents: readonly Document[]): Route[] =>
  documents
    .flatMap((document) => document.methods.map((method) => routeOf(document, method)))
    .sort((a, b) => b.weight - a.weight);

/** Finds the method for a path below the service's root, for example "v2/projects/p/locations/l/services". */
export const findRoute = (routes: readonly Route[], verb: string, path: string): Match | undefined => {
  for (const { document, method, pattern, names } of routes) {
    if (method.httpMethod !== verb) continue;
    const values = pattern.exec(path);
    if (!values) continue;
    const params = names.map((name, index) => [name, decoded(values[index + 1] ?? "")] as const);
    return { document, method, params: Object.fromEntries(params) };
  }
  return undefined;
};

/** @throws ApiError 400 for an escape that is none, or that is no UTF-8 */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidArgument(`The path has an escape that is not valid: ${part}`);
  }
};

/** Whether the path exists with any verb. */
export const hasPath = (routes: readonly Route[], path: string): boolean =>
  routes.some(({ pattern }) => pattern.test(path));

/** The path is a URI template of RFC 6570's level 2: `{x}` is one segment, `{+x}` what the parameter's pattern says. */
const routeOf = (document: Document, method: Method): Route => {
  const template = document.servicePath + method.path;
  const names: string[] = [];
  let literal = "";
  const source = template
    .split(/(\{\+?\w+\})/)
    .map((part) => {
      const variable = /^\{(\+?)(\w+)\}$/.exec(part);
      if (!variable) {
        literal += part;
        return escaped(part);
      }
      const [, plus, name = ""] = variable;
      names.push(name);
      return `(${plus ? patternOf(method, name) : "[^/]+?"})`;
    })
    .join("");
  return { document, method, pattern: new RegExp(`^${source}$`), names, weight: literal.length };
};

const patternOf = (method: Method, name: string): string => {
  const pattern = method.parameters[name]?.pattern ?? "^.+$";
  // Groups of the pattern's own would shift ours.
  return pattern.replace(/^\^|\$$/g, "").replace(/\((?!\?)/g, "(?:");
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
