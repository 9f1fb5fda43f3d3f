import { setTimeout as sleep } from "node:timers/promises";

type Waiting<T> = {
  ask: () => T | Promise<T>;
  /** Whether this answer is the one that was waited for; by default any that is true. */
  ends?: (answer: T) => boolean;
  /** From an answer to the next question, in milliseconds; an answer may decide how long. */
  everyMs: number | ((answer: T) => number);
  /** In milliseconds; by default it never ends. A question that is under way at its end is still awaited. */
  patienceMs?: number;
};

/**
 * Asks at once and then again and again, until the awaited answer comes or the patience is over.
 * Resolves to the last answer; the caller looks at it again to tell which. Throws what `ask` throws.
 */
export const until = async <T>(of: Waiting<T>): Promise<T> => {
  const { ask, ends = Boolean, everyMs, patienceMs = Number.POSITIVE_INFINITY } = of;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (ends(answer) || Date.now() >= deadline) return answer;
    await sleep(typeof everyMs === "number" ? everyMs : everyMs(answer));
  }
};
