/** The time, and how to wait for one. */
export type Clock = {
  now: () => Date;
  /** Rings once at a time, at once where it is past; gives what takes it back. */
  at: (time: Date, ring: () => void) => () => void;
};

/** Node's timers take no longer wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** This machine's own. Its timers keep no process from ending. */
export const machineClock: Clock = {
  now: () => new Date(),
  at: (time, ring) => {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const ms = time.getTime() - Date.now();
      timer = setTimeout(ms > LONGEST_MS ? wait : ring, Math.min(Math.max(ms, 0), LONGEST_MS)).unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
