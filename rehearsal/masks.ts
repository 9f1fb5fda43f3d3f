import type { Call } from "./api";
import { camelCase, isObject } from "./discovery/normalise";
import type { Resource } from "./store";

/**
 * Carries the fields of an update mask over (https://google.aip.dev/134). A field of the mask that the request leaves
 * out is taken away; without a mask, or with `*`, every field of the request is carried over.
 */
export const applyMask = ({ mask, from, to }: { mask: string | undefined; from: Resource; to: Resource }): Resource => {
  const paths = !mask || mask === "*" ? Object.keys(from) : mask.split(",").map((path) => path.trim());
  return paths.reduce((result, path) => carryOver({ path: path.split("."), from, to: result }), structuredClone(to));
};

/** A resource after a PATCH. `from` is the part of the body that may change, by default all of it. */
export const patched = <T extends Resource>(call: Call, to: T, from: Resource = call.body): T =>
  applyMask({ mask: call.query["updateMask"] as string | undefined, from, to }) as T;

const carryOver = ({ path, from, to }: { path: string[]; from: Resource; to: Resource }): Resource => {
  const [first = "", ...rest] = path;
  const key = first in from || first in to ? first : camelCase(first);
  if (rest.length === 0) {
    const { [key]: _, ...others } = to;
    return key in from ? { ...others, [key]: from[key] } : others;
  }
  const [inner, outer] = [from[key], to[key]].map((value) => (isObject(value) ? value : {}));
  return { ...to, [key]: carryOver({ path: rest, from: inner ?? {}, to: outer ?? {} }) };
};
