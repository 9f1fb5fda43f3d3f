import type { Duplex } from "node:stream";
import type { Unit } from "./units";

/** A command for a shell in a datastore's container, with what has to be in its environment. */
export type Script = { script: string; env: Record<string, string> };

/**
 * How an engine's data is copied out, and put back beside what is there. A script runs on to its end in the container
 * when our own process is killed; each leaves what it found, or what it was to make, and nothing in between.
 */
export type DataEngine = {
  /** Writes all of it to standard output. */
  dump: (unit: Unit) => Script;
  /** Makes a fresh place beside the data, and removes what an interrupted run left of one. */
  prepare: (unit: Unit) => Script;
  /** Fills the fresh place with a dump on standard input. */
  load: (unit: Unit) => Script;
  /** Initializes the fresh place as an empty database. */
  empty: (unit: Unit) => Script;
  /** Swaps the fresh place in, in one step: others see the old or the new data. */
  swap: (unit: Unit) => Script;
  /** Removes the old data. */
  finish: (unit: Unit) => Script;
  /** For a dump that is not compressed itself. */
  compress?: () => Duplex;
  decompress?: () => Duplex;
};
