import type { Call } from "../../api";
import { alreadyExists, badRequest } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf } from "../../names";
import { reconciling } from "./conditions";
import { born, suffix } from "./resources";
import { REVISIONS, type RevisionTemplate } from "./shapes";

/** Writes a revision down, not yet ready. @returns its full name */
export const newRevision = (
  call: Call,
  /** The template has its defaults; the parent is a service or a worker pool. */
  of: { parent: string; generation: string; template: RevisionTemplate },
): string => {
  const service = lastOf(of.parent);
  const { revision: asked, ...template } = of.template;
  const id = asked ?? `${service}-${of.generation.padStart(5, "0")}-${suffix(3)}`;
  if (!id.startsWith(`${service}-`)) {
    const description = `Violation in field template.revision: Revision name must be prefixed by the name of the enclosing Service with a trailing '-'`;
    throw badRequest({ field: "template.revision", description });
  }
  const name = `${of.parent}/revisions/${id}`;
  if (call.store.get(REVISIONS, name))
    throw alreadyExists(`Revision named '${id}' with different configuration already exists.`);
  const revision = {
    ...born(name),
    ...template,
    observedGeneration: "1",
    service,
    reconciling: true,
    conditions: [reconciling("Ready")],
  };
  call.store.put(REVISIONS, name, withEtag(revision));
  return name;
};
