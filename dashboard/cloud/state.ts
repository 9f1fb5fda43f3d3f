import type { Condition } from "./google";
import type { Seen, State } from "./messages";

const OF_CONDITION: Record<string, State> = {
  CONDITION_SUCCEEDED: { mood: "good", word: "ready" },
  CONDITION_PENDING: { mood: "busy", word: "pending" },
  CONDITION_RECONCILING: { mood: "busy", word: "reconciling" },
  CONDITION_FAILED: { mood: "bad", word: "failed" },
};

/** The state that a condition tells, with its message in Google's words. */
export const stateOf = (condition: Condition | undefined): State => {
  const { state = "no condition", message } = condition ?? {};
  return { ...(OF_CONDITION[state] ?? { mood: "idle", word: state }), ...(message ? { message } : {}) };
};

export const conditionOf = (type: string, conditions: readonly Condition[] = []): Condition | undefined =>
  conditions.find((condition) => condition.type === type);

/** What could be read; an error is told in place of what it hides. */
export const seen = async <T>(items: Promise<readonly T[]>): Promise<Seen<T>> => {
  try {
    return { items: await items };
  } catch (error) {
    return { items: [], why: (error as Error).message };
  }
};

/** The last part of a resource's full name. */
export const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
