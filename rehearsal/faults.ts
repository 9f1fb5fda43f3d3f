import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./errors";
import type { Resource, Store } from "./store";

const KIND = "faults";

export const FAULT_KINDS = ["error", "slow", "never-ready", "failing-job"] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * Something that is to go wrong, `times` times.
 *
 * - `error`: a method answers 429 or 503 and does nothing.
 * - `slow`: an operation's work waits `ms` before it begins.
 * - `never-ready`: an instance of a revision does not listen.
 * - `failing-job`: an attempt of a job ends with an error.
 */
export type Fault = {
  kind: FaultKind;
  /** A method id, a work's name, a revision's or a job's; `*` stands for any text. */
  at: string;
  times: number;
  status?: 429 | 503 | undefined;
  /** Seconds, for the header Retry-After. */
  retryAfter?: number | undefined;
  ms?: number | undefined;
  /** Whether it has happened once at least. */
  met?: boolean | undefined;
};

/** Faults that were asked for and have not all happened yet; they survive a restart. */
export class Faults {
  constructor(private readonly store: Store) {}

  add(fault: Fault): void {
    const pending = this.pending();
    this.#write([...pending, fault]);
  }

  clear(): void {
    this.#write([]);
  }

  pending(): Fault[] {
    return this.store.get<{ faults: Fault[] }>(KIND, KIND)?.faults ?? [];
  }

  /** The fault of this kind that is due here, used up by one; usually there is none. */
  take(kind: FaultKind, at: string): Fault | undefined {
    const pending = this.pending();
    const index = pending.findIndex((fault) => fault.kind === kind && matches(fault.at, at));
    const found = pending[index];
    if (!found) return undefined;
    const left = { ...found, times: found.times - 1, met: true };
    this.#write(pending.flatMap((fault, place) => (place !== index ? fault : left.times > 0 ? left : [])));
    return found;
  }

  /** @throws ApiError when the method is to fail this time */
  failMethod(id: string): void {
    const fault = this.take("error", id);
    if (!fault) return;
    const headers = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    const message = fault.status === 429 ? "Quota exceeded" : "The service is currently unavailable.";
    const status = fault.status === 429 ? "RESOURCE_EXHAUSTED" : "UNAVAILABLE";
    throw new ApiError({ status, message: `${message} (a fault that was asked for)`, headers });
  }

  async delay(work: string): Promise<void> {
    const fault = this.take("slow", work);
    if (fault) await sleep(fault.ms ?? 0, undefined, { ref: false });
  }

  #write(faults: Fault[]): void {
    this.store.put(KIND, KIND, { faults } satisfies Resource);
  }
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(text);

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
