import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "../rehearsal/place";
import { locksNow, type Locks } from "./looks";

/** A statement that kept others out of a table, or that others waited for. */
export type Lock = {
  /** "instance/database" */
  database: string;
  table?: string;
  query: string;
  /** The longest time that its transaction was seen to hold the lock, in milliseconds. */
  heldMs: number;
  /** The longest time that anybody was seen to wait for it, in milliseconds. */
  waitedMs: number;
};

const EVERY_MS = 300;

/** What was seen of locks: the longest of each table and statement, and how many looks failed of how many. */
export type Watched = { locks: Lock[]; looks: number; failed: number };

/** Looks at the locks again and again while something is done. */
export const watchingLocks = async <T>(place: Place, work: () => Promise<T>): Promise<Watched & { result: T }> => {
  const seen: Lock[] = [];
  const counts = { looks: 0, failed: 0 };
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await sleep(EVERY_MS)) {
      counts.looks++;
      const looked = await locksNow(place).catch(() => undefined);
      if (looked === undefined) counts.failed++;
      else seen.push(...locksIn(looked));
    }
  })();
  try {
    const result = await work();
    return { result, locks: longest(seen), ...counts };
  } finally {
    isOver = true;
    await watching;
  }
};

/** What one look at the locks tells: each lock with the longest wait for whoever holds it. */
export const locksIn = (looked: Locks): Lock[] =>
  Object.entries(looked).flatMap(([database, found]) => {
    const waits = found.filter((each) => each.kind === "waits");
    return found
      .filter((each) => each.kind === "held")
      .map(({ pid, table, query, ms }) => {
        const waited = waits.filter(({ blockers }) => blockers.includes(pid)).map((wait) => wait.ms);
        return { database, table, query, heldMs: ms, waitedMs: Math.max(0, ...waited) };
      });
  });

/** The longest times of each table and statement, the longest first. */
export const longest = (locks: readonly Lock[]): Lock[] => {
  const found = new Map<string, Lock>();
  for (const lock of locks) {
    const key = JSON.stringify([lock.database, lock.table, lock.query]);
    const before = found.get(key) ?? lock;
    const heldMs = Math.max(before.heldMs, lock.heldMs);
    found.set(key, { ...lock, heldMs, waitedMs: Math.max(before.waitedMs, lock.waitedMs) });
  }
  return [...found.values()].sort((a, b) => b.waitedMs - a.waitedMs || b.heldMs - a.heldMs);
};
