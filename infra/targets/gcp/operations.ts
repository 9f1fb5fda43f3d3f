import { setTimeout as sleep } from "node:timers/promises";
import type { askerOf } from "./google";

type Waiting<Operation> = {
  /** As the request that began it answered. */
  operation: Operation;
  ask: ReturnType<typeof askerOf>;
  pauseMs: number;
  /** How long it may take; without it for ever, as Google ends each. */
  patienceMs?: number;
};

/** A long-running operation of Cloud Run's. */
export type RunOperation = { name: string; done?: boolean; error?: { message: string } };

/** Waits for the end of an operation. @throws Error with Google's reason where it failed, or where it took too long */
export const runDone = async ({ operation, ask, ...of }: Waiting<RunOperation>): Promise<void> => {
  const last = await settled<RunOperation>({
    ...of,
    operation,
    isDone: ({ done }) => done === true,
    again: () => ask<RunOperation>("GET", operation.name),
  });
  if (last.error) throw new Error(last.error.message);
};

type Settling<O> = Omit<Waiting<O>, "ask"> & { isDone: (operation: O) => boolean; again: () => Promise<O> };

const settled = async <O extends { name: string }>(of: Settling<O>): Promise<O> => {
  const { operation, isDone, again, pauseMs, patienceMs = Number.POSITIVE_INFINITY } = of;
  const end = Date.now() + patienceMs;
  for (let last = operation; ; last = await again()) {
    if (isDone(last)) return last;
    if (Date.now() > end) throw new Error(`${operation.name} was not done after ${patienceMs / 1000} s`);
    await sleep(pauseMs);
  }
};

/** An operation of Cloud SQL's; a backup names what it makes. */
export type SqlOperation = {
  name: string;
  status: string;
  error?: { errors?: { message?: string }[] };
  backupContext?: { backupId: string };
};

/** As `runDone`, of Cloud SQL's in a project. */
export const sqlDone = async (of: Waiting<SqlOperation> & { project: string }): Promise<void> => {
  const { operation, ask, project } = of;
  const last = await settled<SqlOperation>({
    ...of,
    isDone: ({ status }) => status === "DONE",
    again: () => ask<SqlOperation>("GET", `projects/${project}/operations/${operation.name}`),
  });
  if (last.error === undefined) return;
  throw new Error(last.error.errors?.map(({ message }) => message).join("; ") ?? "Google gave no reason");
};
