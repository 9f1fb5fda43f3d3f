import { setTimeout as sleep } from "node:timers/promises";

/** The bounds of a revision's instances. */
export type Bounds = {
  /** Instances that stay without a request. */
  min: number;
  max: number;
  /** Requests that one instance takes at a time. */
  concurrency: number;
  /** How long an instance without a request stays. */
  idleSeconds: number;
};

/** What instances are made of; each has a number, from 0. */
export type Making = {
  start: (index: number) => Promise<void>;
  end: (index: number) => Promise<void>;
  /** Undefined where it does not run any more. */
  portOf: (index: number) => Promise<number | undefined>;
  /** Gives an instance its CPU, or takes it away between requests. */
  setCpu: (index: number, isOn: boolean) => Promise<void>;
  /** Told of an instance that did not start. */
  fail: (error: Error) => void;
};

/** An instance that takes one more request until `release`. */
export type Lease = { port: number; release: () => void };

type Instance = {
  index: number;
  busy: number;
  isReady: boolean;
  /** Over when it has started or failed to. */
  starting?: Promise<unknown>;
  hasCpu: boolean;
  /** The last change of its CPU; the next one waits for it. */
  cpu: Promise<void>;
  idleSince: number;
  /** Takes its CPU, a while after the last request. */
  resting?: NodeJS.Timeout;
};
type Waiting = (instance: Instance | undefined) => void;

/** Cloud Run starts another instance when those there are this busy: https://cloud.google.com/run/docs/about-instance-autoscaling */
const TARGET = 0.6;
/** How long a request waits for an instance at least: https://cloud.google.com/run/docs/about-concurrency */
const LEAST_PATIENCE_MS = 10_000;
/** It waits at most so many times as long as the last instance took to start. */
const STARTS = 3.5;
/**
 * A moment in which the next request often comes. Google gives the CPU back at once; an engine under load needs many
 * milliseconds, which would be counted as the service's own: who is asked four times a second has to keep it.
 */
const BREATH_MS = 1000;
const LOOK_EVERY_MS = 1000;

/** The instances of one revision of a service: as many as its requests want, within its bounds. */
export class Autoscaler {
  readonly #instances: Instance[] = [];
  /** The ends of instances that nobody asked any more. */
  readonly #ending = new Set<Promise<void>>();
  readonly #queue: Waiting[] = [];
  readonly #looking: NodeJS.Timeout;
  #lastStartMs = 0;
  #next = 0;

  constructor(
    private readonly bounds: () => Bounds,
    private readonly making: Making,
  ) {
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Instances that ran before this was made; their CPU may have been taken. */
  adopt(indices: readonly number[]): void {
    for (const index of indices) Object.assign(this.#add(index), { isReady: true, hasCpu: false });
  }

  /**
   * Makes sure that at least one instance is ready, and as many as stay without a request.
   * @throws Error of the first that does not start
   */
  async ready(): Promise<void> {
    const wanted = Math.max(1, this.bounds().min);
    while (this.#instances.length < wanted) await this.#start(this.#add());
  }

  /** An instance for one more request; undefined where none was free in time, which Cloud Run answers with 429. */
  async lease(): Promise<Lease | undefined> {
    const until = Date.now() + Math.max(LEAST_PATIENCE_MS, STARTS * this.#lastStartMs);
    for (;;) {
      const instance = await this.#take(until - Date.now());
      if (!instance) return undefined;
      const port = await this.#awake(instance);
      if (port !== undefined) return { port, release: () => this.#release(instance) };
      // It ended by itself: another one takes its place.
      await this.#remove(instance);
    }
  }

  /** Runs a probe of an instance, which has its CPU for that long. */
  async during<T>(index: number, probe: () => Promise<T>): Promise<T> {
    const instance = this.#instances.find((each) => each.index === index);
    if (!instance) return probe();
    instance.busy++;
    try {
      await this.#awake(instance);
      return await probe();
    } finally {
      this.#release(instance);
    }
  }

  /** Resolves when no request is with it any more, or the time is over. */
  async idle(seconds: number): Promise<void> {
    for (const end = Date.now() + seconds * 1000; this.#busy() > 0 && Date.now() < end;) await sleep(50);
  }

  /** Ends all instances, and waits for those that were ending. */
  async end(): Promise<void> {
    this.close();
    await Promise.all([...this.#ending, ...this.#instances.splice(0).map((instance) => this.#quit(instance))]);
  }

  /** Forgets them; containers go on. */
  close(): void {
    clearInterval(this.#looking);
    for (const waiting of this.#queue.splice(0)) waiting(undefined);
  }

  #busy(): number {
    return this.#instances.reduce((sum, { busy }) => sum + busy, 0);
  }

  #add(index = this.#next): Instance {
    // A number is not used again: the instance that had it may still be ending.
    this.#next = Math.max(this.#next, index + 1);
    const instance = { index, busy: 0, isReady: false, hasCpu: true, cpu: Promise.resolve(), idleSince: Date.now() };
    this.#instances.push(instance);
    return instance;
  }

  async #start(instance: Instance): Promise<void> {
    const began = Date.now();
    try {
      const starting = this.making.start(instance.index);
      instance.starting = starting.catch(() => undefined);
      await starting;
    } catch (error) {
      this.#forget(instance);
      throw error;
    }
    this.#lastStartMs = Date.now() - began;
    instance.isReady = true;
    instance.idleSince = Date.now();
    this.#serve();
    this.#rest(instance);
  }

  #take(patienceMs: number): Promise<Instance | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => give(undefined), Math.max(0, patienceMs)).unref();
      const give: Waiting = (instance) => {
        clearTimeout(late);
        const place = this.#queue.indexOf(give);
        if (place >= 0) this.#queue.splice(place, 1);
        if (instance) instance.busy++;
        resolve(instance);
      };
      this.#queue.push(give);
      this.#scaleOut();
      this.#serve();
    });
  }

  /** Gives free places to those that wait, the first first. */
  #serve(): void {
    const { concurrency } = this.bounds();
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const free = this.#instances.filter(({ isReady, busy }) => isReady && busy < concurrency);
      const [least] = free.sort((a, b) => a.busy - b.busy);
      if (!least) return;
      next(least);
    }
  }

  #scaleOut(): void {
    const { max, concurrency } = this.bounds();
    const wanted = Math.ceil((this.#busy() + this.#queue.length) / Math.max(1, concurrency * TARGET));
    while (this.#instances.length < Math.min(wanted, max)) this.#start(this.#add()).catch(this.making.fail);
  }

  async #awake(instance: Instance): Promise<number | undefined> {
    if (!instance.hasCpu) this.#setCpu(instance, true);
    await instance.cpu;
    return this.making.portOf(instance.index);
  }

  /** One change after the other: two at once could end in any order. */
  #setCpu(instance: Instance, isOn: boolean): void {
    instance.hasCpu = isOn;
    instance.cpu = instance.cpu.then(() => this.making.setCpu(instance.index, isOn)).catch(this.making.fail);
  }

  #release(instance: Instance): void {
    instance.busy--;
    instance.idleSince = Date.now();
    this.#serve();
    this.#rest(instance);
  }

  /** Takes the CPU of an instance to which no request has come for a while. */
  #rest(instance: Instance): void {
    clearTimeout(instance.resting);
    instance.resting = setTimeout(() => {
      if (instance.busy > 0 || !instance.hasCpu || !this.#instances.includes(instance)) return;
      this.#setCpu(instance, false);
    }, BREATH_MS).unref();
  }

  /** Ends what nobody asks any more, and starts what has to be there. */
  async #look(): Promise<void> {
    const { min, idleSeconds } = this.bounds();
    const isOld = ({ idleSince }: Instance): boolean => Date.now() - idleSince > idleSeconds * 1000;
    const idle = this.#instances.filter((each) => each.isReady && each.busy === 0 && isOld(each));
    const ending = idle.slice(0, Math.max(0, this.#instances.length - min));
    while (this.#instances.length < min) this.#start(this.#add()).catch(this.making.fail);
    await Promise.all(ending.map((instance) => this.#remove(instance)));
  }

  async #remove(instance: Instance): Promise<void> {
    if (!this.#forget(instance)) return;
    const ending = this.#quit(instance)
      .catch(this.making.fail)
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    await ending;
  }

  #forget(instance: Instance): boolean {
    const place = this.#instances.indexOf(instance);
    if (place >= 0) this.#instances.splice(place, 1);
    return place >= 0;
  }

  /** An instance has its CPU while it ends. */
  async #quit(instance: Instance): Promise<void> {
    if (!instance.hasCpu) this.#setCpu(instance, true);
    await instance.cpu;
    await this.making.end(instance.index);
    if (instance.isReady) return;
    // One that was starting may be there only now.
    await instance.starting;
    await this.making.end(instance.index);
  }
}
