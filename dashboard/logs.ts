import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { Line } from "../ops/logs/line";
import { follow, justAfter, type From } from "../ops/logs/read";
import type { LogBatch, LogLine, Part } from "./messages";

/** The lines that wait for a page that is slower than the services; the oldest are dropped first. */
const PENDING_LINES = 20_000;
/** A longer line is cut: a page has to stay able to show it. */
const LINE_LENGTH = 8192;
const PAUSE_MS = 250;

/** Lines of several containers on their way to one page: bounded, and honest about what it lost. */
export class Pending {
  #lines: LogLine[] = [];
  #dropped = 0;

  add(lines: readonly Line[]): void {
    for (const line of lines) this.#lines.push(shortened(line));
    // In bulk: to take one from the front for each that comes would cost more than the line.
    if (this.#lines.length < 2 * PENDING_LINES) return;
    this.#dropped += this.#lines.length - PENDING_LINES;
    this.#lines = this.#lines.slice(-PENDING_LINES);
  }

  /** Everything that waits, by time; `undefined` when that is nothing. */
  take(): LogBatch | undefined {
    if (this.#lines.length === 0) return undefined;
    const batch = { lines: this.#lines.sort(byTime), dropped: this.#dropped };
    this.#lines = [];
    this.#dropped = 0;
    return batch;
  }
}

const shortened = ({ service, time, text }: Line): LogLine => [
  service,
  time,
  text.length > LINE_LENGTH ? `${text.slice(0, LINE_LENGTH)} (cut)` : text,
];

/** The engine's times have a fixed width, so that text order is time order. */
const byTime = ([, a]: LogLine, [, b]: LogLine): number => (a < b ? -1 : a > b ? 1 : 0);

type Following = {
  docker: Docker;
  /** A part as it is known now: its container and when that was last started. */
  partOf: (id: string) => Pick<Part, "container" | "startedAt"> | undefined;
  /** Lines of each part from before now. */
  tail: number;
  pending: Pending;
  signal: AbortSignal;
};

/**
 * Follows the logs of parts into `pending` until the signal. A container that ends and starts again goes on; one that
 * takes its place under another name, as a new revision on Cloud Run does, is followed from its own lines on.
 */
export const followLogs = async ({ ids, ...of }: Following & { ids: readonly string[] }): Promise<void> => {
  await Promise.all(ids.map((id) => followOne({ ...of, id })));
};

const followOne = async ({ docker, partOf, tail, pending, signal, id }: Following & { id: string }): Promise<void> => {
  let from: From = { tail };
  let before: string | undefined;
  const emit = (lines: Line[]): void => {
    const last = lines.at(-1);
    if (last) from = { since: justAfter(last.time) };
    pending.add(lines);
  };
  while (!signal.aborted) {
    const { container, startedAt } = partOf(id) ?? {};
    if (container !== before) from = { tail };
    before = container;
    // It may be gone for the moment: an update makes it again.
    if (container !== undefined)
      await follow({ docker, source: { service: id, container }, from, emit, signal }).catch(() => undefined);
    do await sleep(PAUSE_MS, undefined, { ref: false });
    while (!signal.aborted && partOf(id)?.startedAt === startedAt);
  }
};
