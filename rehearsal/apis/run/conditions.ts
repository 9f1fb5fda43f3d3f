import type { Condition } from "./shapes";

const condition = (of: Omit<Condition, "lastTransitionTime">): Condition => ({
  ...of,
  lastTransitionTime: new Date().toISOString(),
});

export const reconciling = (type: string): Condition => condition({ type, state: "CONDITION_RECONCILING" });
export const succeeded = (type: string): Condition => condition({ type, state: "CONDITION_SUCCEEDED" });

/** The cause of a failure: Google's words, and its enum where it has one for the case. */
export type Failure = Pick<Condition, "message" | "reason" | "revisionReason" | "executionReason">;

export const failed = (type: string, failure: Failure): Condition =>
  condition({ type, state: "CONDITION_FAILED", ...failure });
