import type { Call } from "../../api";
import { alreadyExists, badRequest } from "../../errors";
import { withEtag } from "../../etags";
import { sameJson } from "../../json";
import { lastOf } from "../../names";
import { reconciling } from "./conditions";
import { born, suffix } from "./resources";
import { REVISIONS, type RevisionTemplate, type Service, type WorkerPool } from "./shapes";

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

type Changed = { before: Service | WorkerPool; generation: string; template: RevisionTemplate };

/** The revision of a service or a worker pool after a change: the one of before, unless more than its name differs. */
export const nextRevision = (call: Call, { before, generation, template }: Changed): string =>
  sameJson(withoutName(template), withoutName(before.template))
    ? before.latestCreatedRevision
    : newRevision(call, { parent: before.name, generation, template });

const withoutName = ({ revision: _, ...template }: RevisionTemplate): object => template;
