import type { Ask } from "./ask";
import type { Policy, RunExecution, RunJob, RunPool, RunRevision, RunService } from "./google";
import type { CloudService, Execution, Job, Revision, State, WorkerPool } from "./messages";
import { conditionOf, lastOf, stateOf } from "./state";

/** The executions of a job that are shown. */
const EXECUTIONS = 20;

type In = { ask: Ask; project: string; region: string };

/** Cloud Run's services, each with its revisions and how the requests are split among them. */
export const readServices = async ({ ask, ...of }: In): Promise<CloudService[]> => {
  const services = await ask.list<RunService>(`run/v2/${locationOf(of)}/services`, "services");
  return Promise.all(
    services.map(async (service) => {
      const revisions = await readRevisions({ ask, of: service, splits: service.trafficStatuses });
      const isPublic = await readPublic({ ask, service });
      return {
        name: lastOf(service.name),
        state: stateOf(service.terminalCondition),
        ...(service.uri ? { uri: service.uri } : {}),
        ...(isPublic === undefined ? {} : { isPublic }),
        revisions,
      };
    }),
  );
};

/** The worker pools, each with its revisions and how the instances are split among them. */
export const readPools = async ({ ask, ...of }: In): Promise<WorkerPool[]> => {
  const pools = await ask.list<RunPool>(`run/v2/${locationOf(of)}/workerPools`, "workerPools");
  return Promise.all(
    pools.map(async (pool) => ({
      name: lastOf(pool.name),
      state: stateOf(pool.terminalCondition),
      instanceCount: pool.scaling?.manualInstanceCount ?? 0,
      revisions: await readRevisions({ ask, of: pool, splits: pool.instanceSplitStatuses }),
    })),
  );
};

/** The jobs, each with its newest executions. */
export const readJobs = async ({ ask, ...of }: In): Promise<Job[]> => {
  const jobs = await ask.list<RunJob>(`run/v2/${locationOf(of)}/jobs`, "jobs");
  return Promise.all(
    jobs.map(async ({ name, terminalCondition }) => {
      const executions = await ask.list<RunExecution>(`run/v2/${name}/executions`, "executions");
      const newest = newestFirst(executions).slice(0, EXECUTIONS).map(executionOf);
      return { name: lastOf(name), state: stateOf(terminalCondition), executions: newest };
    }),
  );
};

const locationOf = ({ project, region }: Pick<In, "project" | "region">): string =>
  `projects/${project}/locations/${region}`;

type Splits = RunService["trafficStatuses"];
type Parent = Pick<RunService, "name" | "latestReadyRevision">;

const readRevisions = async ({
  ask,
  of,
  splits = [],
}: {
  ask: Ask;
  of: Parent;
  splits: Splits;
}): Promise<Revision[]> => {
  const listed = await ask.list<RunRevision>(`run/v2/${of.name}/revisions`, "revisions");
  // A target that means the newest may leave out which that is.
  const targets = splits.map((target) => ({
    ...target,
    revision: lastOf(target.revision ?? of.latestReadyRevision ?? ""),
  }));
  return newestFirst(listed).map(({ name, createTime, conditions, containers: [container] = [] }) => {
    const id = lastOf(name);
    const own = targets.filter(({ revision }) => revision === id);
    return {
      name: id,
      shortName: id.replace(`${lastOf(of.name)}-`, ""),
      state: stateOf(conditionOf("Ready", conditions)),
      ...(createTime ? { createTime } : {}),
      ...(container?.image ? { image: container.image } : {}),
      percent: own.reduce((sum, { percent = 0 }) => sum + percent, 0),
      tags: own.flatMap(({ tag }) => tag ?? []),
    };
  });
};

/** Whether everybody may call a service; undefined where its policy cannot be read. */
const readPublic = async ({ ask, service }: { ask: Ask; service: RunService }): Promise<boolean | undefined> => {
  if (service.invokerIamDisabled) return true;
  const policy = await ask.get<Policy>(`run/v2/${service.name}:getIamPolicy`).catch(() => undefined);
  return (
    policy && (policy.bindings ?? []).some(({ role, members }) => role === INVOKER && members?.includes("allUsers"))
  );
};

const INVOKER = "roles/run.invoker";

const newestFirst = <T extends { createTime?: string }>(items: readonly T[]): T[] =>
  [...items].sort(({ createTime: a = "" }, { createTime: b = "" }) => (a < b ? 1 : a > b ? -1 : 0));

const executionOf = (execution: RunExecution): Execution => {
  const { name, createTime, completionTime, taskCount = 0, succeededCount = 0, failedCount = 0 } = execution;
  const { cancelledCount = 0, retriedCount = 0 } = execution;
  return {
    name: lastOf(name),
    state: outcomeOf(execution),
    ...(createTime ? { createTime } : {}),
    ...(completionTime ? { completionTime } : {}),
    tasks: {
      all: taskCount,
      succeeded: succeededCount,
      failed: failedCount,
      cancelled: cancelledCount,
      retried: retriedCount,
    },
  };
};

const outcomeOf = ({ conditions, startTime }: RunExecution): State => {
  const state = stateOf(conditionOf("Completed", conditions));
  if (state.mood === "good") return { ...state, word: "succeeded" };
  return state.mood === "busy" ? { ...state, word: startTime ? "running" : "waiting" } : state;
};
