import { randomUUID } from "node:crypto";
import { etagOf } from "../../etags";
import { OWNER } from "./machine";
import type { Common } from "./shapes";
import type { Resource } from "../../store";

/** What every new resource of Cloud Run gets. */
export const born = (
  name: string,
): Pick<Common, "name" | "uid" | "generation" | "createTime" | "updateTime"> & Resource => {
  const now = new Date().toISOString();
  return {
    name,
    uid: randomUUID(),
    generation: "1",
    createTime: now,
    updateTime: now,
    creator: OWNER,
  };
};

/** A generation more, as after every accepted change. */
export const nextGeneration = (resource: Common) => ({
  generation: String(Number(resource.generation) + 1),
  updateTime: new Date().toISOString(),
  lastModifier: OWNER,
});

export const withEtag = <T extends Resource>(resource: T): T & { etag: string } => ({
  ...resource,
  etag: etagOf(resource),
});

/** What a client sends and the server alone decides. */
export const withoutOutputs = ({ name: _, etag: __, ...rest }: Resource): Resource => rest;

/** Equal as JSON, whatever the order of keys. */
export const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
};
