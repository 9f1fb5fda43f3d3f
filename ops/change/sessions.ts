import { setTimeout as sleep } from "node:timers/promises";
import type { Asked } from "../../demo/client";
import { Story } from "../../demo/story";
import { chaptersOf, type Walked } from "../../demo/walk";

/**
 * What happens while clients are at work: nothing yet, the branch is applied, it serves, the revisions of before serve again
 * on the databases of after, the base is applied anew.
 */
export const PHASES = ["before", "update", "after", "back", "base again"] as const;
export type Phase = (typeof PHASES)[number];

/** The requests of one service in one phase. */
export type Traffic = {
  phase: Phase;
  /** "booking/reservas" */
  service: string;
  asked: number;
  /** Those without an answer or with a status from 500, each kind once, with its number. */
  failed: Record<string, number>;
  medianMs: number;
  p95Ms: number;
  longestMs: number;
};

/** The number of requests that failed. */
export const failuresIn = ({ failed }: Pick<Traffic, "failed">): number =>
  Object.values(failed).reduce((sum, times) => sum + times, 0);

/** A step of a client's session that ended otherwise than the demo expects. */
export type FailedStep = { phase: Phase; system: string; did: string; why: string };

/** A system of whose clients nothing whole was heard in a phase. */
export type Unheard = { phase: Phase; system: string };

type Request = Asked & { phase: Phase; service: string };

/** Between two sessions of a client, in milliseconds: a steady load, and below the limits that services set (leads: 60 a minute). */
const PAUSE_MS = 3000;
const LOOK_EVERY_MS = 200;

/** Too many requests. */
const LIMITED = 429;

/** Clients of every system that go through the demo's sessions again and again, reading and writing. */
export class Sessions {
  phase: Phase = "before";
  readonly failedSteps: FailedStep[] = [];
  /** The systems of which no whole session took place in a phase, although it was waited for. */
  readonly unheard: Unheard[] = [];
  readonly #requests: Request[] = [];
  readonly #finished = new Map<string, number>();
  #isOver = false;
  #clients: Promise<void>[] = [];

  /** @param pauseMs between two sessions of a client */
  constructor(
    private readonly walked: Walked,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  start(): void {
    this.#clients = this.#systems().map((system) => this.#client(system));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  /** Goes over to a phase, and waits until each system has had a whole session in it, or for so long. */
  async whole(phase: Phase, patienceMs: number): Promise<void> {
    this.phase = phase;
    const before = new Map(this.#finished);
    // The one that is under way began in the phase before.
    const isDone = (system: string): boolean => (this.#finished.get(system) ?? 0) >= (before.get(system) ?? 0) + 2;
    const systems = this.#systems();
    for (const end = Date.now() + patienceMs; !systems.every(isDone) && Date.now() < end;) await sleep(LOOK_EVERY_MS);
    this.unheard.push(...systems.filter((system) => !isDone(system)).map((system) => ({ phase, system })));
  }

  /** The traffic by phase and service. */
  traffic(): Traffic[] {
    const found = new Map<string, Request[]>();
    for (const request of this.#requests) {
      const key = JSON.stringify([request.phase, request.service]);
      found.set(key, [...(found.get(key) ?? []), request]);
    }
    return [...found.values()].map(trafficOf);
  }

  #systems(): string[] {
    return [...new Set(this.#chapters().map(({ system }) => system))];
  }

  /** The chapters of a client, which is told of each of its requests. */
  #chapters(heard: (asked: Asked) => void = () => undefined) {
    const { accessTo } = this.walked;
    return chaptersOf({
      ...this.walked,
      accessTo: async (service) => {
        const name = `${service.system}/${service.service}`;
        const watch = (asked: Asked): void => {
          this.#requests.push({ ...asked, phase: this.phase, service: name });
          heard(asked);
        };
        return { ...(await accessTo(service)), watch };
      },
    });
  }

  async #client(system: string): Promise<void> {
    while (!this.#isOver) {
      let limit = 0;
      const heard = ({ status, retryAfter = 0 }: Asked): void => {
        if (status === LIMITED) limit = Math.max(limit, retryAfter);
      };
      for (const { title, walk } of this.#chapters(heard).filter((chapter) => chapter.system === system)) {
        const story = new Story(() => undefined);
        await story.chapter(title, walk);
        const { phase } = this;
        // A service that limits how often it is asked is right, and its client comes again later.
        if (limit === 0) this.failedSteps.push(...story.failed.map((step) => ({ phase, system, ...step })));
      }
      if (limit === 0) this.#finished.set(system, (this.#finished.get(system) ?? 0) + 1);
      const end = Date.now() + limit * 1000 + this.pauseMs;
      while (!this.#isOver && Date.now() < end) await sleep(Math.min(LOOK_EVERY_MS, this.pauseMs));
    }
  }
}

const trafficOf = (requests: readonly Request[]): Traffic => {
  const { phase, service } = requests[0]!;
  const times = requests.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
  const failed: Record<string, number> = {};
  for (const { status = 0, error, method, path, retryAfter } of requests) {
    // Cloud Run's own 429, where no instance is free, names no time.
    const isRefused = status >= 500 || (status === LIMITED && retryAfter === undefined);
    if (error === undefined && !isRefused) continue;
    const what = `${method} ${withoutIds(path)}: ${error ?? status}`;
    failed[what] = (failed[what] ?? 0) + 1;
  }
  return { phase, service, asked: requests.length, failed, medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1) };
};

/** One kind of request, whatever it was about. */
const withoutIds = (path: string): string => path.replace(/\/(\d+|[0-9a-f-]{36})(?=\/|$)/g, "/<id>");
