import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { isGone } from "../../docker/refusals";
import type { Line } from "./line";
import { follow, history, justAfter, type From, type Source } from "./read";

type Showing = {
  docker: Docker;
  sources: readonly Source[];
  from: From;
  /** The lines that are wanted; `tail` counts these alone. */
  matches: (line: Line) => boolean;
  emit: (lines: Line[]) => void;
};

/**
 * Shows what all have printed so far, in order of time; a removed container is skipped with a notice. Returns where to
 * each would have to be followed.
 */
export const showHistory = async (of: Showing): Promise<Map<string, From>> => {
  const { docker, sources, from, matches, emit } = of;
  const { tail } = from;
  const read = tail === undefined ? from : { ...from, tail: READ_AT_LEAST + tail };
  const all = await Promise.all(sources.map((source) => historyOrNone({ docker, source, from: read })));
  const wanted = all.flatMap((lines) => lastOf(lines.filter(matches), tail));
  emit(wanted.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)));
  return new Map(
    sources.map(({ container }, index) => {
      const last = all[index]?.at(-1);
      return [container, last ? { since: justAfter(last.time) } : startOfSilent(from)];
    }),
  );
};

/** How many lines more than wanted are looked through: an hour of health checks every five seconds, and some. */
const READ_AT_LEAST = 1000;

const lastOf = (lines: Line[], tail = Infinity): Line[] => (tail === 0 ? [] : lines.slice(-tail));

const historyOrNone = async (of: Parameters<typeof history>[0]): Promise<Line[]> => {
  try {
    return await history(of);
  } catch (error) {
    if (!isGone(error)) throw error;
    process.stderr.write(`${of.source.service}: its container ${of.source.container} is gone; it is left out\n`);
    return [];
  }
};

/** Where to follow a container that has printed nothing yet. */
const startOfSilent = ({ since, tail }: From): From => {
  if (tail === 0) return { since: (Date.now() / 1000).toFixed(3) };
  return since === undefined ? {} : { since };
};

type FollowingAll = Omit<Showing, "from"> & { starts: ReadonlyMap<string, From>; signal: AbortSignal };

/** Every new line of all, as it comes; a container that is started again is followed again. Ends only with `signal`. */
export const followAll = async ({ signal, starts, ...showing }: FollowingAll): Promise<void> => {
  await Promise.all(
    showing.sources.map(async (source) => {
      let from = starts.get(source.container) ?? {};
      while (!signal.aborted) {
        const emit = (lines: Line[]): void => {
          const last = lines.at(-1);
          if (last) from = { since: justAfter(last.time) };
          showing.emit(lines.filter(showing.matches));
        };
        // The container may be gone for a moment: an update recreates it under the same name.
        await follow({ docker: showing.docker, source, from, emit }).catch(() => undefined);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }),
  );
};

const RETRY_MS = 100;
