import type { Clock } from "../../../rehearsal/apis/cloudscheduler/clock";

/** A clock that goes on when a test says so. */
export class HandClock implements Clock {
  #waiting: { time: Date; ring: () => void }[] = [];

  constructor(private time: Date) {}

  readonly now = (): Date => this.time;

  readonly at = (time: Date, ring: () => void): (() => void) => {
    const one = { time, ring };
    this.#waiting.push(one);
    if (time <= this.time) setImmediate(() => this.goTo(this.time));
    return () => (this.#waiting = this.#waiting.filter((other) => other !== one));
  };

  /** Goes on to a time, and rings what waits for one until then. */
  goTo(time: string | Date): void {
    this.time = new Date(time);
    const due = this.#waiting.filter((one) => one.time <= this.time);
    this.#waiting = this.#waiting.filter((one) => one.time > this.time);
    for (const { ring } of due) ring();
  }

  /** How many wait for a time. */
  get waiting(): number {
    return this.#waiting.length;
  }
}
