import type { Call, Cloud } from "../../api";
import { failedPrecondition, type ApiError } from "../../errors";
import { checkEtag, found } from "../../kept";
import { lastOf, parentOf } from "../../names";
import type { Resource } from "../../store";
import { endAllNumbered } from "./instances";
import { startOperation, workOn } from "./resources";
import { endInstances } from "./scalers";
import { EXECUTIONS, JOBS, POOLS, REVISIONS, SERVICES, type Common, type Execution, type Revision } from "./shapes";
import type { Service, WorkerPool } from "./shapes";

/** How long Google keeps what was deleted; here nothing is. */
const KEPT_DAYS = 30;

/** The handler that deletes a resource of a kind, as the work of an operation. Until that has ended it says when it was deleted. */
export const deleting =
  (kind: string, work: string) =>
  (call: Call): Resource => {
    const resource = found<Common>(call, kind);
    checkEtag(call, call.query["etag"], resource);
    const deleteTime = new Date().toISOString();
    const expireTime = new Date(Date.now() + KEPT_DAYS * 86_400_000).toISOString();
    const deleted = call.store.put(kind, resource.name, { ...resource, deleteTime, expireTime });
    return startOperation(call, { work, resource: deleted });
  };

/** Deletes a revision that neither serves nor would serve. */
export const deletingRevision = (call: Call): Resource => {
  const { name } = found<Revision>(call, REVISIONS);
  const parent = parentOf(name);
  const owner = call.store.get<Service>(SERVICES, parent) ?? call.store.get<WorkerPool>(POOLS, parent);
  const used = [owner?.latestCreatedRevision, owner?.latestReadyRevision].includes(name);
  const targets = (owner as Service | undefined)?.trafficStatuses ?? [];
  if (used || targets.some(({ revision }) => revision === lastOf(name)))
    throw failedPrecondition(
      `Revision '${lastOf(name)}' cannot be deleted: it is the latest one of '${lastOf(parent)}', or serves its traffic.`,
    );
  return deleting(REVISIONS, "run.deleteRevision")(call);
};

export const removeRevision = workOn(async (cloud, name) => {
  const revision = cloud.store.get<Revision>(REVISIONS, name);
  if (!revision) return {};
  if (name.includes("/workerPools/")) await endAllNumbered(cloud, revision);
  else await endInstances(cloud, revision);
  cloud.store.delete(REVISIONS, name);
  return revision;
});

/** @throws ApiError where an execution is gone, or it or its job is being deleted */
export const requireLive = ({ store }: Pick<Cloud, "store">, name: string): Execution => {
  const execution = store.get<Execution>(EXECUTIONS, name);
  const job = store.get(JOBS, name.replace(/\/executions\/[^/]+$/, ""));
  if (!execution || execution["deleteTime"] || job?.["deleteTime"]) throw deletedMeanwhile("Execution", name);
  return execution;
};

export const deletedMeanwhile = (kind: string, name: string): ApiError =>
  failedPrecondition(`${kind} ${lastOf(name)} was deleted meanwhile.`);
