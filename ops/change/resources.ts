import { isDeepStrictEqual } from "node:util";
import type { Resource, State } from "../stack/checkpoint";

/** What an update did to the resources of a stack, by their URNs. */
export type Changes = { made: string[]; changed: string[]; replaced: string[]; deleted: string[] };

/** What differs between two states: one that has another id was replaced. */
export const changesBetween = (before: State, after: State): Changes => {
  const old = byUrn(before);
  const current = byUrn(after);
  const kept = [...current.keys()].filter((urn) => old.has(urn));
  const isReplaced = (urn: string): boolean => old.get(urn)?.id !== current.get(urn)?.id;
  const isChanged = (urn: string): boolean => !isDeepStrictEqual(old.get(urn)?.inputs, current.get(urn)?.inputs);
  return {
    made: [...current.keys()].filter((urn) => !old.has(urn)),
    changed: kept.filter((urn) => !isReplaced(urn) && isChanged(urn)),
    replaced: kept.filter(isReplaced),
    deleted: [...old.keys()].filter((urn) => !current.has(urn)),
  };
};

/** Without groups of resources, which are nothing at Google's. */
const byUrn = ({ resources }: State): Map<string, Resource> =>
  new Map(
    resources
      .filter((resource) => resource.id !== undefined && resource.delete !== true)
      .map((resource) => [resource.urn, resource]),
  );
