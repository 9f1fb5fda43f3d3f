import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inFleet } from "../files";
import { commandOf } from "../processes";
import type { Report } from "./phase";

/** Two commands at once must not install, build or replace the same things: the second waits for the first. */
export const exclusively = async <T>({
  report,
  what = "setup",
  work,
}: {
  report: Report;
  /** Names the file that holds the first one's process id. */
  what?: string;
  work: () => Promise<T>;
}): Promise<T> => {
  const file = inFleet(`${what}.pid`);
  mkdirSync(inFleet(), { recursive: true });
  let announced = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (owner === undefined) rmSync(file, { force: true });
    else {
      if (!announced) report(`another command (pid ${owner}) is at the same work (${what}); waiting for it`);
      announced = true;
      await sleep(500);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

/** A link is made whole or not at all; a file made and then written could be seen empty. */
const take = (file: string): boolean => {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

/** The living command that holds the file, if any. */
const ownerOf = (file: string): number | undefined => {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 0 && /fleet\.cjs/.test(commandOf(pid) ?? "") ? pid : undefined;
  } catch {
    return undefined;
  }
};
