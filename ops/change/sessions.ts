import { setTimeout as sleep } from "node:timers/promises";
import { causeOf, type Access, type Asked } from "../../demo/client";
import { Story, type Tell } from "../../demo/story";
import { chaptersOf, type Chapter, type Walked } from "../../demo/walk";
import type { Service } from "../stack/health";
import { reachable } from "../stack/reachable";
import { visit, type Visitor } from "./back-office";
import { LIMITED, trafficIn, type Phase, type Request, type Traffic } from "./traffic";

/** A step of a client's session that ended otherwise than the demo expects. */
export type FailedStep = { phase: Phase; system: string; did: string; why: string };

/** A system of whose clients nothing whole was heard in a phase. */
export type Unheard = { phase: Phase; system: string };

/** Between two sessions of a client, in milliseconds: a steady load, and below the limits that services set (leads: 60 a minute). */
const PAUSE_MS = 3000;
const LOOK_EVERY_MS = 200;

/** So often a service is asked whether it is there, so that none of its absences is missed. */
const PULSE_MS = 80;
/**
 * So many times while the new code serves, and while the old one does on the new databases: of a service that fails 5 % of its requests, 100 are all answered in 0.6 % of the cases
 * (0.95 to the power of 100).
 */
const FEWEST: Partial<Record<Phase, number>> = { after: 100, back: 100 };

type Options = {
  /** People who look at the back offices, each in a session of before. */
  visitors?: readonly Visitor[];
  /** Between two sessions of a client. */
  pauseMs?: number;
};

/** Clients of every system that go through the demo's sessions again and again, reading and writing. */
export class Sessions {
  readonly failedSteps: FailedStep[] = [];
  /** The systems of which no whole session took place in a phase, although it was waited for. */
  readonly unheard: Unheard[] = [];
  readonly #requests: Request[] = [];
  readonly #visitors: readonly Visitor[];
  readonly #pauseMs: number;
  #phase: Phase = "before";
  /** The systems that have had a session from its beginning to its end in this phase. */
  #heard = new Set<string>();
  /** How often each service was asked for its health in this phase. */
  readonly #pulses = new Map<string, number>();
  /** When each phase began, in the time of performance.now(). */
  readonly #begun: { phase: Phase; at: number }[] = [{ phase: "before", at: -Infinity }];
  #isOver = false;
  #clients: Promise<void>[] = [];

  constructor(
    private readonly walked: Walked,
    { visitors = [], pauseMs = PAUSE_MS }: Options = {},
  ) {
    this.#visitors = visitors;
    this.#pauseMs = pauseMs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Goes over to a phase; the clients that rest come at once. */
  enter(phase: Phase): void {
    this.#phase = phase;
    this.#begun.push({ phase, at: performance.now() });
    this.#heard = new Set();
    this.#pulses.clear();
  }

  start(): void {
    this.#clients = [
      ...this.#systems().map((system) => this.#client(system)),
      ...this.walked.services
        .filter(({ healthUrl }) => healthUrl)
        .map((service) => this.#pulse(service).catch(() => undefined)),
    ];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  /** Goes over to a phase, and waits until each system has had a whole session in it, or for so long. */
  async whole(phase: Phase, patienceMs: number): Promise<void> {
    this.enter(phase);
    const systems = this.#systems();
    const pulsing = this.walked.services.filter(({ healthUrl }) => healthUrl);
    const isBusy = (system: string): boolean =>
      pulsing.every((each) => each.system !== system || (this.#pulses.get(idOf(each)) ?? 0) >= (FEWEST[phase] ?? 1));
    const alone = this.healthAlone;
    const isHeard = (system: string): boolean => (this.#heard.has(system) || alone.includes(system)) && isBusy(system);
    for (const end = Date.now() + patienceMs; !systems.every(isHeard) && Date.now() < end;) await sleep(LOOK_EVERY_MS);
    this.unheard.push(...systems.filter((system) => !isHeard(system)).map((system) => ({ phase, system })));
  }

  /** The traffic by phase and service. */
  traffic(): Traffic[] {
    return trafficIn(this.#requests);
  }

  /** The systems that have a service to ask, and no session. */
  get healthAlone(): string[] {
    const told = this.#chapters().map(({ system }) => system);
    const asked = this.walked.services.filter(({ healthUrl }) => healthUrl).map(({ system }) => system);
    return [...new Set(asked)].filter((system) => !told.includes(system));
  }

  #systems(): string[] {
    return [...new Set([...this.#chapters().map(({ system }) => system), ...this.healthAlone])];
  }

  /** The phase in which a request began that ends now. */
  #phaseOf({ ms }: Asked): Phase {
    const began = performance.now() - ms;
    return this.#begun.findLast(({ at }) => at <= began)!.phase;
  }

  /** The chapters of a client, which is told of each of its requests. */
  #chapters(heard: (asked: Asked) => void = () => undefined): Chapter[] {
    const accessTo = (service: Service) => this.#accessTo(service, heard);
    return [
      ...chaptersOf({ ...this.walked, accessTo }),
      ...this.#visitors.map((visitor) => ({
        system: visitor.service.system,
        title: `the back office of ${idOf(visitor.service)}`,
        needs: [],
        walk: async (tell: Tell) => visit({ visitor, access: await accessTo(visitor.service) }, tell),
      })),
    ];
  }

  async #accessTo(service: Service, heard: (asked: Asked) => void = () => undefined): Promise<Access> {
    const watch = (asked: Asked): void => {
      this.#requests.push({ ...asked, phase: this.#phaseOf(asked), service: idOf(service) });
      heard(asked);
    };
    return { ...(await this.walked.accessTo(service)), watch };
  }

  async #client(system: string): Promise<void> {
    while (!this.#isOver) {
      const began = this.#heard;
      let limit = 0;
      let phase = this.#phase;
      const heard = (asked: Asked): void => {
        const { status, retryAfter = 0 } = asked;
        phase = this.#phaseOf(asked);
        if (status === LIMITED) limit = Math.max(limit, retryAfter);
      };
      for (const { title, walk } of this.#chapters(heard).filter((chapter) => chapter.system === system)) {
        const story = new Story(() => undefined);
        phase = this.#phase;
        await story.chapter(title, walk);
        // A service that limits how often it is asked is right, and its client comes again later.
        if (limit === 0) this.failedSteps.push(...story.failed.map((step) => ({ phase, system, ...step })));
      }
      // One that began in the phase before is none of this one's.
      if (limit === 0 && began === this.#heard) this.#heard.add(system);
      await this.#rest({ ms: limit * 1000 + this.#pauseMs, began, isLimited: limit > 0 });
    }
  }

  /** Rests until the next session, or until a new phase begins. */
  async #rest({ ms, began, isLimited }: { ms: number; began: Set<string>; isLimited: boolean }): Promise<void> {
    const isNew = (): boolean => !isLimited && began !== this.#heard;
    for (const end = Date.now() + ms; !this.#isOver && !isNew() && Date.now() < end;)
      await sleep(Math.min(LOOK_EVERY_MS, ms));
  }

  /** Asks for a service's health without a pause. */
  async #pulse(service: Service): Promise<void> {
    const { identity, watch } = await this.#accessTo(service);
    const address = new URL(reachable(service.healthUrl!));
    const headers = identity === undefined ? {} : { "x-serverless-authorization": `Bearer ${identity}` };
    for (; !this.#isOver; await sleep(PULSE_MS)) {
      const began = performance.now();
      this.#pulses.set(idOf(service), (this.#pulses.get(idOf(service)) ?? 0) + 1);
      const told = (of: { status: number } | { error: string }): void =>
        watch?.({ method: "GET", path: address.pathname, ms: performance.now() - began, ...of });
      await fetch(address, { headers, redirect: "manual", signal: AbortSignal.timeout(PULSE_PATIENCE_MS) }).then(
        async (answer) => {
          await answer.body?.cancel().catch(() => undefined);
          // Whatever is no health is an absence.
          told(answer.status < 400 ? { status: answer.status } : { error: String(answer.status) });
        },
        (error: Error) => told({ error: causeOf(error) }),
      );
    }
  }
}

const PULSE_PATIENCE_MS = 10_000;

const idOf = ({ system, service }: Service): string => `${system}/${service}`;
