import { setTimeout as sleep } from "node:timers/promises";
import type { askerOf } from "./google";

type Waiting<Operation> = {
  /** As the request that began it answered. */
  operation: Operation;
  ask: ReturnType<typeof askerOf>;
  pauseMs: number;
};

/** A long-running operation of Cloud Run's. */
export type RunOperation = { name: string; done?: boolean; error?: { message: string } };

/** Waits for the end of an operation; Google ends each. @throws Error with Google's reason where it failed */
export const runDone = async ({ operation, ask, pauseMs }: Waiting<RunOperation>): Promise<void> => {
  let last = operation;
  while (!last.done) {
    await sleep(pauseMs);
    last = await ask<RunOperation>("GET", last.name);
  }
  if (last.error) throw new Error(last.error.message);
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
  const { operation, ask, pauseMs, project } = of;
  let last = operation;
  while (last.status !== "DONE") {
    await sleep(pauseMs);
    last = await ask<SqlOperation>("GET", `projects/${project}/operations/${last.name}`);
  }
  if (last.error === undefined) return;
  throw new Error(last.error.errors?.map(({ message }) => message).join("; ") ?? "Google gave no reason");
};
