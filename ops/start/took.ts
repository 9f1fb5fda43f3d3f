import { recall, remember } from "./memory";
import { duration, type Report } from "../terminal/phase";

/** A work of minutes: a person wants to know beforehand how long it takes, and how much it fetches or builds. */
type Work<T> = {
  /** Its name, by which its time is remembered. */
  what: string;
  /** What it does, and how much that is. */
  about: string;
  report: Report;
  work: () => Promise<T>;
  /** Whether it ended well, where that is no exception. */
  isDone?: (result: T) => boolean;
};

/** Tells what a work does and how long it took on this machine the last time; remembers that where it ends well. */
export const foretold = async <T>({ what, about, report, work, isDone = () => true }: Work<T>): Promise<T> => {
  report(`${about}${lastTime(recall().took?.[what])}`);
  const started = performance.now();
  const result = await work();
  const seconds = Math.round((performance.now() - started) / 1000);
  if (isDone(result)) remember({ took: { ...recall().took, [what]: seconds } });
  return result;
};

export const lastTime = (seconds: number | undefined): string =>
  seconds === undefined ? "" : `; it took ${duration(seconds)} here the last time`;
