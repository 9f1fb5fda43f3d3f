export type Report = (line: string) => void;

/** A step of set-up: does what is missing, and returns what the next steps need. */
export type Phase<T> = (report: Report) => Promise<T> | T;

type Step<T> = { name: string; hideReady?: boolean; phase: Phase<T> };

/**
 * Runs one step with its name, its progress and how long it took. A step with nothing to do is one short line.
 * Written to stderr, so that `./fleet pulumi stack output --json` stays machine-readable; with `hideReady` a
 * step with nothing to do is not shown.
 */
export const runPhase = async <T>({ name, hideReady, phase }: Step<T>): Promise<T> => {
  const line = tell(name);
  let reported = false;
  const result = await phase((text) => {
    reported = true;
    line(text);
  });
  if (!hideReady || reported) line(reported ? "done" : "ready");
  return result;
};

/** Writes lines with what they are of and how long it has taken. */
export const tell = (name: string): Report => {
  const started = performance.now();
  return (text) => void process.stderr.write(`${name.padEnd(WIDTH)} ${elapsed(started).padStart(7)}  ${text}\n`);
};

const WIDTH = 11;

const elapsed = (since: number): string => duration((performance.now() - since) / 1000);

/** Seconds as people read them: `4.2 s`, `2m05s`. */
export const duration = (seconds: number): string =>
  seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
