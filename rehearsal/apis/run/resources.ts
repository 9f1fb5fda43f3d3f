import { randomInt, randomUUID } from "node:crypto";
import type { Call, Cloud, Work } from "../../api";
import { OWNER } from "../../callers";
import { checkEtag, found, kindOf } from "../../kept";
import { nameIn } from "../../names";
import { operationFor } from "../../operations";
import type { Resource } from "../../store";
import type { Common } from "./shapes";

/** The resource that a PATCH changes; undefined where the request wants it made. @throws ApiError 404 or 409 */
export const findToPatch = <T extends Common>(call: Call, kind: string): T | undefined => {
  if (call.query["allowMissing"] === true && !call.store.get(kind, nameIn(call))) return undefined;
  const resource = found<T>(call, kind);
  checkEtag(call, call.body["etag"], resource);
  return resource;
};

/** Starts an operation on a resource, which is its metadata as Cloud Run has it. The work gets `name`. */
export const startOperation = (
  call: Call,
  { work, resource, name = resource.name }: { work: string; resource: Common; name?: string },
): Resource =>
  call.operations.start({
    name: operationFor(name),
    work,
    input: { name },
    metadata: withType(resource.name, resource),
  });

/** The work on the resource that an operation names; it answers with what `work` resolves to. */
export const workOn =
  (work: (cloud: Cloud, name: string) => Resource | Promise<Resource>): Work =>
  async ({ input, ...cloud }) => {
    const name = input["name"] as string;
    const resource = await work(cloud, name);
    return withType((resource["name"] as string | undefined) ?? name, resource);
  };

/** A resource with its protobuf type, as operations carry it. */
const withType = (name: string, resource: Resource): Resource => ({
  "@type": `type.googleapis.com/google.cloud.run.v2.${kindOf(name).replace(/^./, (letter) => letter.toUpperCase())}`,
  ...resource,
});

const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** A random end of a name, as Google makes it. */
export const suffix = (length: number): string =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join("");

/** The fields that every new resource of Cloud Run gets. */
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

/** The fields that every accepted change updates. */
export const nextGeneration = (resource: Common) => ({
  generation: String(Number(resource.generation) + 1),
  updateTime: new Date().toISOString(),
  lastModifier: OWNER,
});

/** A body without the fields that the server alone decides. */
export const withoutOutputs = ({ name: _, etag: __, ...rest }: Resource): Resource => rest;

/** proto3 JSON leaves false out. */
export const shownReconciling = (_: Call, { reconciling: isUnderWay, ...resource }: Resource): Resource => ({
  ...resource,
  ...(isUnderWay === true && { reconciling: true }),
});
