import type { Call } from "../../api";
import { failedPrecondition } from "../../errors";
import { withEtag } from "../../etags";
import { checkEtag, found } from "../../kept";
import { until } from "../../../docker/wait";
import { lastOf } from "../../names";
import { stopContainer } from "../../realise/containers";
import type { Resource } from "../../store";
import { failed } from "./conditions";
import { startOperation, workOn } from "./resources";
import { EXECUTIONS, TASKS, type Execution, type Task } from "./shapes";
import { containerOf } from "./tasks";

/** Cancels an execution that runs; the operation ends with it. */
export const cancelExecution = (call: Call): Resource => {
  const execution = found<Execution>(call, EXECUTIONS);
  checkEtag(call, call.body["etag"], execution);
  if (execution.completionTime)
    throw failedPrecondition(`Execution '${lastOf(execution.name)}' has completed and cannot be cancelled.`);
  return startOperation(call, { work: "run.cancel", resource: execution });
};

/** Between SIGTERM and SIGKILL. */
const GRACE_SECONDS = 10;

/** Stops the containers of an execution until it has ended, however often a task would be tried again. */
export const cancelWork = workOn(async (cloud, name) => {
  const { store, realise } = cloud;
  const execution = (): Execution | undefined => store.get<Execution>(EXECUTIONS, name);
  await until({
    ask: async () => {
      for (const task of store.list<Task>(TASKS, `${name}/tasks/`))
        if (!task.completionTime) await stopContainer(realise.docker, containerOf(cloud, task), GRACE_SECONDS);
      return execution()?.completionTime !== undefined || execution() === undefined;
    },
    everyMs: 100,
    patienceMs: 10 * 60_000,
  });
  const ended = execution();
  if (!ended || ended.conditions[0]?.state === "CONDITION_SUCCEEDED") return ended ?? {};
  const conditions = [failed("Completed", { message: "Cancelled by user", executionReason: "CANCELLED" })];
  return store.put(EXECUTIONS, name, withEtag({ ...ended, conditions }));
});
