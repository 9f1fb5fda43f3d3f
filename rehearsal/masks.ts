import type { Call } from "./api";
import { camelCase, isObject } from "./discovery/normalise";
import { badRequest } from "./errors";
import { sameJson } from "./json";
import type { Resource } from "./store";

/**
 * Carries the fields of an update mask over (https://google.aip.dev/134). A field of the mask that the request leaves
 * out is taken away; without a mask every field of the request is carried over.
 */
export const applyMask = ({ mask, from, to }: { mask: string | undefined; from: Resource; to: Resource }): Resource => {
  const paths = !mask ? Object.keys(from) : mask.split(",").map((path) => path.trim());
  return paths.reduce((result, path) => carryOver({ path: path.split("."), from, to: result }), structuredClone(to));
};

/** A resource after a PATCH. `from` is the part of the body that may change, by default all of it. */
export const patched = <T extends Resource>(call: Call, to: T, from: Resource = call.body): T => {
  refuseChanges(call, to);
  const mask = maskIn(call);
  const changed = { ...(applyMask({ mask, from, to }) as T), ...("etag" in to && { etag: to["etag"] }) };
  const problems = call.limits(changed);
  if (problems.length > 0) throw badRequest(...problems);
  return changed;
};

/** `*` is everything that a client may set, and so is no mask to some products; the name is the path's. */
const maskIn = ({ query, product, settable }: Call): string | undefined => {
  const given = query["updateMask"] as string | undefined;
  const isWhole = given === "*" || (!given && product.replaces);
  return isWhole ? settable.filter((key) => key !== "name" && key !== "etag").join(",") : given;
};

/** @throws ApiError 400 where the body has another value for what never changes; its name is the path's. */
export const refuseChanges = ({ body, immutable }: Pick<Call, "body" | "immutable">, to: Resource): void => {
  const changed = immutable
    .filter((key) => key !== "name" && Object.hasOwn(body, key) && !sameJson(body[key], to[key]))
    .map((key) => ({ field: key, description: `Field '${key}' is immutable and cannot be changed.` }));
  if (changed.length > 0) throw badRequest(...changed);
};

const carryOver = ({ path, from, to }: { path: string[]; from: Resource; to: Resource }): Resource => {
  const [first = "", ...rest] = path;
  const key = Object.hasOwn(from, first) || Object.hasOwn(to, first) ? first : camelCase(first);
  if (rest.length === 0) {
    const { [key]: _, ...others } = to;
    return Object.hasOwn(from, key) ? { ...others, [key]: from[key] } : others;
  }
  const [inner, outer] = [from, to].map((of) => {
    const value = Object.hasOwn(of, key) ? of[key] : undefined;
    return isObject(value) ? value : {};
  });
  return { ...to, [key]: carryOver({ path: rest, from: inner ?? {}, to: outer ?? {} }) };
};
