import type { Cloud } from "../../api";
import { ApiError, failedPrecondition } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf } from "../../names";
import { keepAlive } from "../../realise/instance";
import type { Resource } from "../../store";
import { failed, succeeded, type Failure } from "./conditions";
import { endRevision } from "./deploy";
import {
  endAllNumbered,
  endNumbered,
  isRunning,
  numbersOf,
  startNumbered,
  watchNumbered,
  type Numbered,
} from "./instances";
import { instanceName, policyResource, RunMachine } from "./machine";
import { NotReady } from "./not-ready";
import { workOn } from "./resources";
import { POOLS, REVISIONS, type Revision, type WorkerPool } from "./shapes";

/** Carries out a worker pool's stored description: the instances of the new revision start, then the others end. */
export const deployPool = workOn((cloud, name) => RunMachine.of(cloud).inTurn(name, () => bringAbout(cloud, name)));

const bringAbout = async (cloud: Cloud, name: string): Promise<Resource> => {
  try {
    await RunMachine.of(cloud).openMetadata();
    await replaceInstances(cloud, current(cloud, name));
  } catch (error) {
    // Whatever it was: what has failed is under way no more.
    if (current(cloud, name).reconciling) endPool(cloud, name, { failure: { message: (error as Error).message } });
    throw error;
  }
  return current(cloud, name);
};

const replaceInstances = async (cloud: Cloud, pool: WorkerPool): Promise<void> => {
  const { name, latestCreatedRevision } = pool;
  const latest = cloud.store.get<Revision>(REVISIONS, latestCreatedRevision)!;
  try {
    await ensureInstances(cloud, { pool, revision: latest });
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const message = `Revision '${lastOf(latest.name)}' is not ready. ${error.message}`;
    endRevision(cloud, latest, error.failure);
    endPool(cloud, name, { failure: { ...error.failure, message, reason: "REVISION_FAILED" } });
    throw new ApiError({ status: error.status, message });
  }
  endRevision(cloud, latest);
  for (const revision of cloud.store.list<Revision>(REVISIONS, `${name}/revisions/`))
    if (revision.name !== latest.name) await endAllNumbered(cloud, revision);
  const split = { type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", revision: lastOf(latest.name), percent: 100 };
  endPool(cloud, name, { changes: { latestReadyRevision: latest.name, instanceSplitStatuses: [split] } });
};

const current = ({ store }: Cloud, name: string): WorkerPool => {
  const pool = store.get<WorkerPool>(POOLS, name);
  if (!pool) throw failedPrecondition(`Worker pool ${lastOf(name)} was deleted meanwhile.`);
  return pool;
};

const endPool = (cloud: Cloud, name: string, { failure, changes = {} }: { failure?: Failure; changes?: Resource }) => {
  const { reconciling: _, ...pool } = current(cloud, name);
  const terminalCondition = failure ? failed("Ready", failure) : succeeded("Ready");
  const ended = { ...pool, ...changes, observedGeneration: pool.generation, terminalCondition };
  cloud.store.put(POOLS, name, withEtag(ended));
};

type Running = { pool: WorkerPool; revision: Revision };

/**
 * Makes as many instances run as the pool asks for, and ends those beyond.
 * @throws NotReady where one does not start; those of this revision are ended then
 */
const ensureInstances = async (cloud: Cloud, { pool, revision }: Running): Promise<void> => {
  const count = pool.scaling.manualInstanceCount ?? 1;
  try {
    for (let index = 0; index < count; index++) await ensureInstance(cloud, { revision, index });
  } catch (error) {
    await endAllNumbered(cloud, revision);
    throw error;
  }
  for (const index of await numbersOf(cloud, revision))
    if (index >= count) await endNumbered(cloud, { revision, index });
};

const ensureInstance = async (cloud: Cloud, of: Numbered): Promise<void> => {
  if (!(await isRunning(cloud, of))) await startNumbered(cloud, of);
  // Cloud Run starts another one for one that ends; only one that starts is started again.
  await keepAlive(cloud.realise.docker, instanceName(cloud, lastOf(of.revision.name), of.index));
  watchNumbered(cloud, of, (probe) => probe());
};

/** Ends every instance of a worker pool, then forgets it. */
export const removePool = workOn((cloud, name) => RunMachine.of(cloud).inTurn(name, () => remove(cloud, name)));

const remove = async (cloud: Cloud, name: string): Promise<Resource> => {
  const { reconciling: _, ...pool } = cloud.store.get<WorkerPool>(POOLS, name) ?? {};
  for (const revision of cloud.store.list<Revision>(REVISIONS, `${name}/revisions/`))
    await endAllNumbered(cloud, revision);
  cloud.store.deleteAll(REVISIONS, `${name}/revisions/`);
  cloud.store.delete(POOLS, name);
  cloud.grants.remove(policyResource(name));
  return pool;
};

/** Starts what should run, after a start of the rehearsal. */
export const resumePools = async (cloud: Cloud): Promise<void> => {
  for (const pool of cloud.store.list<WorkerPool>(POOLS)) {
    const revision = cloud.store.get<Revision>(REVISIONS, pool.latestReadyRevision ?? "");
    if (!revision) continue;
    await RunMachine.of(cloud).openMetadata();
    // A pool that cannot start must not keep the server from starting.
    await ensureInstances(cloud, { pool, revision }).catch((error: Error) =>
      process.stderr.write(`${lastOf(revision.name)}: ${error.message}\n`),
    );
  }
};
