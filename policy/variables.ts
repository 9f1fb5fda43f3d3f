import { at, UNKNOWN, type Resource } from "./rule";

/** A variable that a process gets as plain text. */
export type Variable = { name: string; value: string };

/**
 * The plain variables of a resource of any kind: lists of name and value (containers of every API), lists of `NAME=value`
 * (Docker), and maps (functions).
 */
export const variablesOf = ({ props }: Resource): Variable[] =>
  placesIn(props).flatMap(([key, value]) => {
    if (/^envs?$/i.test(key) && Array.isArray(value)) return value.flatMap(inList);
    if (/environmentVariables$|^environment$/i.test(key)) return inMap(value);
    return [];
  });

/** The texts that a resource of any kind hands to a process besides: arguments and scripts. */
export const argumentsOf = ({ props }: Resource): string[] =>
  placesIn(props).flatMap(([key, value]) =>
    /^(args|commands?|entrypoints?|metadata|metadataStartupScript|script|userData)$/i.test(key) ? textsIn(value) : [],
  );

const inList = (one: unknown): Variable[] => {
  if (typeof one === "string") {
    const [name = "", ...rest] = one.split("=");
    return rest.length === 0 ? [] : [{ name, value: rest.join("=") }];
  }
  const [name, value] = [at(one, "name"), at(one, "value")];
  return typeof name === "string" && typeof value === "string" ? [{ name, value }] : [];
};

const inMap = (map: unknown): Variable[] =>
  map !== null && typeof map === "object"
    ? Object.entries(map).flatMap(([name, value]) => (typeof value === "string" ? [{ name, value }] : []))
    : [];

const textsIn = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
};

/** Every key with its value, at every depth. */
const placesIn = (value: unknown): [key: string, value: unknown][] => {
  if (value === UNKNOWN || value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap(placesIn);
  return Object.entries(value).flatMap(([key, inner]) => [[key, inner] as [string, unknown], ...placesIn(inner)]);
};
