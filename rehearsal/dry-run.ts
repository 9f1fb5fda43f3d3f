import type { Cloud } from "./api";
import { notRehearsed } from "./errors";
import { Grants } from "./grants";
import { Operations } from "./operations";
import type { Resource } from "./store";

/** Whether a request asks to be checked alone (https://google.aip.dev/163); its method describes the field. */
export const isDryRun = ({ query, body }: { query: Resource; body: Resource }): boolean =>
  [query["validateOnly"], body["validateOnly"]].some((value) => String(value) === "true");

/**
 * The cloud for a request that is only checked: its handler reads and writes a copy of the store, which nobody keeps, and no
 * work begins.
 */
export const dryRunOf = (cloud: Cloud): Cloud => {
  const store = cloud.store.scratch();
  return { ...cloud, store, grants: new Grants(store), operations: new Checked({ ...cloud, store }) };
};

/** Operations that have ended before they begin. */
class Checked extends Operations {
  /** @throws ApiError 501 where the response would be known only after the work */
  override start({ name, work, metadata = {} }: Parameters<Operations["start"]>[0]): Resource {
    const { reconciling: _, ...response } = metadata;
    const type = response["@type"];
    if (typeof type !== "string" || type.endsWith("OperationMetadata"))
      throw notRehearsed(`validateOnly of ${work} is`);
    return { name, metadata, done: true, response };
  }
}
