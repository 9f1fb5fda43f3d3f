import type { Call, Handler } from "./api";
import { failedPrecondition } from "./errors";
import { missing } from "./kept";
import { nameIn, parentIn } from "./names";
import { pageOf } from "./pages";
import { secondsOf } from "./realise/quantities";
import type { Resource } from "./store";

/** How long a request waits that names no time; clients give up after a minute. */
const USUAL_SECONDS = 30;
const MOST_SECONDS = 55;

/** Operations by their names, as https://google.aip.dev/151 has them: what an API has of these it names. */
const HANDLERS: Record<"delete" | "get" | "list" | "wait", Handler> = {
  get: (call) => operationNamed(call),
  list: (call) => pageOf({ call, key: "operations", items: call.operations.list(`${parentIn(call)}/operations/`) }),
  delete: (call) => {
    if (operationNamed(call)["done"] !== true) throw failedPrecondition("Operation is not done and cannot be deleted.");
    call.operations.remove(nameIn(call));
    return {};
  },
  wait: async (call) => {
    const { timeout } = call.body as { timeout?: string };
    const seconds = timeout === undefined ? USUAL_SECONDS : Math.min(secondsOf(timeout), MOST_SECONDS);
    operationNamed(call);
    await call.operations.wait(nameIn(call), seconds * 1000);
    return operationNamed(call);
  },
};

/** @param methods what the method ids begin with, for example "run.projects.locations.operations" */
export const operationHandlers = (
  methods: string,
  verbs: readonly (keyof typeof HANDLERS)[],
): Record<string, Handler> => Object.fromEntries(verbs.map((verb) => [`${methods}.${verb}`, HANDLERS[verb]]));

/** An operation, by default the one that the path names. @throws ApiError 404 */
export const operationNamed = (call: Call, name = nameIn(call)): Resource => {
  const operation = call.operations.get(name);
  if (!operation) throw missing(call, { kind: "operations", name });
  return operation;
};
