import type { LogBatch, LogLine } from "../messages";

/** A line and its number since the page was opened. */
export type Kept = { number: number; line: LogLine };

/** A page that has this many lines is still quick; older ones leave it. */
export const CAPACITY = 20_000;

/** The newest lines, and those of them that match the search. */
export class LogBuffer {
  kept: Kept[] = [];
  matches: Kept[] = [];
  /** Lines that came so far. */
  seen = 0;
  /** Lines that the server left out because the page was slower than the services. */
  dropped = 0;
  #matcher: (line: LogLine) => boolean = () => true;

  constructor(private readonly capacity = CAPACITY) {}

  /** Lines that were here and have left. */
  get left(): number {
    return this.seen - this.kept.length;
  }

  /** Returns how many matches left at the front. */
  add({ lines, dropped }: LogBatch): number {
    this.dropped += dropped;
    const added = lines.map((line) => ({ number: this.seen++, line }));
    this.kept.push(...added);
    this.matches.push(...added.filter(({ line }) => this.#matcher(line)));
    return this.#trim();
  }

  search(matcher: (line: LogLine) => boolean): void {
    this.#matcher = matcher;
    this.matches = this.kept.filter(({ line }) => matcher(line));
  }

  clear(): void {
    this.kept = [];
    this.matches = [];
    this.seen = 0;
    this.dropped = 0;
  }

  #trim(): number {
    const over = this.kept.length - this.capacity;
    if (over <= 0) return 0;
    this.kept.splice(0, over);
    const first = this.kept[0]?.number ?? this.seen;
    const at = this.matches.findIndex(({ number }) => number >= first);
    return this.matches.splice(0, at < 0 ? this.matches.length : at).length;
  }
}

export type Search = { matcher: (line: LogLine) => boolean; pattern: RegExp | undefined; problem?: string };

/** Reads a search: text in any case, or `/a regular expression/`. */
export const searchOf = (written: string): Search => {
  if (written === "") return { matcher: () => true, pattern: undefined };
  try {
    const between = /^\/(.+)\/$/.exec(written)?.[1];
    const pattern = new RegExp(between ?? escaped(written), "i");
    return { matcher: ([part, , text]) => pattern.test(text) || pattern.test(part), pattern };
  } catch (error) {
    return { matcher: () => false, pattern: undefined, problem: (error as Error).message };
  }
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
