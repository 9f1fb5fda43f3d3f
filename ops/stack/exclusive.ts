import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { until } from "../../docker/wait";
import { inFleet, readJson } from "./files";
import path from "node:path";
import { isOutOfSight, pidPlace, startOf } from "../terminal/processes";
import type { Report } from "../terminal/phase";

type Exclusive<T> = {
  report: Report;
  /** Names the file that says which process is at it. */
  what?: string;
  work: () => Promise<T>;
};

/** Two commands at once must not install, build or replace the same things: the second waits for the first. */
export const exclusively = async <T>({ report, what = "setup", work }: Exclusive<T>): Promise<T> => {
  const file = fileOf(what);
  mkdirSync(inFleet(), { recursive: true, mode: 0o700 });
  let announced = false;
  const ask = (): "mine" | "dead" | "taken" => {
    if (take(file)) return "mine";
    const owner = ownerOf(what);
    if (owner === undefined) {
      clearDead(what);
      return "dead";
    }
    if (!announced) report(`another command (${described(what)}) is at the same work (${what}); waiting for it`);
    announced = true;
    return "taken";
  };
  await until({ ask, ends: (now) => now === "mine", everyMs: (now) => (now === "dead" ? 10 : 500) });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

const described = (what: string): string => {
  const owner = ownerIn(fileOf(what));
  if (!owner || !isUnseen(owner)) return `pid ${owner?.pid}`;
  const file = path.relative("", fileOf(what));
  return `pid ${owner.pid}, in another container or on another machine; only if you know that it is gone: rm ${file}`;
};

/** The living process that is at this work, if any. */
export const ownerOf = (what: string): number | undefined => {
  const owner = ownerIn(fileOf(what));
  return isAlive(owner) ? owner?.pid : undefined;
};

/**
 * Clears away the file of a dead process. One at a time, and looking again: whoever saw the dead one a moment ago would
 * otherwise clear the file that another has taken since.
 */
export const clearDead = (what: string): void => {
  const file = fileOf(what);
  const clearing = `${file}.clearing`;
  if (!take(clearing)) {
    const owner = ownerIn(clearing);
    // It was killed between the lines below.
    if (owner && !isAlive(owner)) rmSync(clearing, { force: true });
    return;
  }
  try {
    if (!isAlive(ownerIn(file))) rmSync(file, { force: true });
  } finally {
    rmSync(clearing, { force: true });
  }
};

/** A process id is used again; with the moment of its start and the place where it is counted it is one process only. */
type Owner = { pid: number; started: string; place?: string };

const fileOf = (what: string): string => inFleet(`${what}.pid`);

const ownerIn = (file: string): Owner | undefined => readJson<Owner>(file);

/** One that cannot be seen from here counts as alive. */
const isAlive = (owner: Owner | undefined): boolean =>
  owner?.started !== undefined && (isUnseen(owner) || startOf(owner.pid) === owner.started);

const isUnseen = ({ place }: Owner): boolean => place !== undefined && isOutOfSight(place);

/** A link is made whole or not at all; a file made and then written could be seen empty. */
const take = (file: string): boolean => {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, started: startOf(process.pid), place: pidPlace() }));
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
