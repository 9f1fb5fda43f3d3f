import { randomInt } from "node:crypto";
import type { Call } from "../../api";
import { alreadyExists, badRequest, notFound } from "../../errors";
import { lastOf, nameOf } from "../../names";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { reconciling } from "./conditions";
import { born, withEtag } from "./resources";
import { REVISIONS, type Revision, type RevisionTemplate } from "./shapes";
import { withDefaults } from "./template";

const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

/** Writes a revision down, not yet ready. @returns its full name */
export const newRevision = (
  call: Call,
  of: { service: string; generation: string; template: RevisionTemplate },
): string => {
  const service = lastOf(of.service);
  const { revision: asked, ...template } = withDefaults(call, of.template);
  const id = asked ?? `${service}-${of.generation.padStart(5, "0")}-${suffix()}`;
  if (!id.startsWith(`${service}-`)) {
    const description = `Violation in field template.revision: Revision name must be prefixed by the name of the enclosing Service with a trailing '-'`;
    throw badRequest({ field: "template.revision", description });
  }
  const name = `${of.service}/revisions/${id}`;
  if (call.store.get(REVISIONS, name))
    throw alreadyExists(`Revision named '${id}' with different configuration already exists.`);
  const revision = {
    ...born(name),
    ...template,
    observedGeneration: "1",
    service: service,
    reconciling: true,
    conditions: [reconciling("Ready")],
  };
  call.store.put(REVISIONS, name, withEtag(revision));
  return name;
};

const suffix = (): string => Array.from({ length: 3 }, () => SUFFIX[randomInt(SUFFIX.length)]).join("");

export const getRevision = (call: Call): Resource => {
  const name = nameOf(call, call.params["name"] ?? "");
  const revision = call.store.get<Revision>(REVISIONS, name);
  if (!revision) throw notFound(`Resource '${lastOf(name)}' of kind 'REVISION' does not exist.`);
  return revision;
};

/** The newest first. */
export const listRevisions = (call: Call): Resource =>
  pageOf({
    call,
    key: "revisions",
    items: call.store.list<Revision>(REVISIONS, `${nameOf(call, call.params["parent"] ?? "")}/revisions/`).reverse(),
  });
