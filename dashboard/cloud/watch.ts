import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { askAt } from "./ask";
import { readRedis, readSecrets, readSql } from "./data";
import { readJson } from "../../ops/stack/files";
import type { ChangeStep, Facts, Seen } from "./messages";
import type { CloudPlace } from "./place";
import { readReport } from "./report";
import { readJobs, readPools, readServices } from "./run";
import { seen } from "./state";

/** What changes while one looks, and what hardly does. */
const OFTEN_MS = 4000;
/** What is read from a file costs nothing. */
const ALWAYS_MS = 1000;
const SELDOM_MS = 20_000;

type Section = { everyMs: number; read: () => Promise<readonly unknown[]> };

/** Reads a cloud's resources again and again; `change` at every difference. Each API stands for itself. */
export class CloudWatch extends EventEmitter<{ change: [] }> {
  facts: Facts;
  readonly #sections: Record<keyof Facts, Section>;
  readonly #stop = new AbortController();

  constructor(readonly place: CloudPlace) {
    super();
    const ask = askAt(place);
    const { project, region } = place;
    const of = { ask, project, region };
    this.#sections = {
      change: { everyMs: ALWAYS_MS, read: () => Promise.resolve(readJson<ChangeStep[]>(place.change) ?? []) },
      services: { everyMs: OFTEN_MS, read: () => readServices(of) },
      pools: { everyMs: OFTEN_MS, read: () => readPools(of) },
      jobs: { everyMs: OFTEN_MS, read: () => readJobs(of) },
      sql: { everyMs: SELDOM_MS, read: () => readSql(of) },
      redis: { everyMs: SELDOM_MS, read: () => readRedis(of) },
      secrets: { everyMs: SELDOM_MS, read: () => readSecrets(of) },
      report: { everyMs: OFTEN_MS, read: () => readReport(ask) },
    };
    const unread = { items: [], why: "it is being read" };
    this.facts = Object.fromEntries(this.#names.map((name) => [name, unread])) as unknown as Facts;
  }

  /** Resolves after the first look; goes on until `stop`. */
  async start(): Promise<void> {
    await this.look();
    for (const name of this.#names) void this.#follow(name);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Reads everything now. */
  async look(): Promise<void> {
    await Promise.all(this.#names.map((name) => this.#read(name)));
  }

  get #names(): (keyof Facts)[] {
    return Object.keys(this.#sections) as (keyof Facts)[];
  }

  async #follow(name: keyof Facts): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await sleep(this.#sections[name].everyMs, undefined, { signal: this.#stop.signal, ref: false }).catch(
        () => undefined,
      );
      if (!this.#stop.signal.aborted) await this.#read(name);
    }
  }

  /** What an API does not tell now is as it was: not to see something is no proof that it is gone. */
  async #read(name: keyof Facts): Promise<void> {
    const before = this.facts[name] as Seen<unknown>;
    const { items, why } = await seen(this.#sections[name].read());
    const now = why === undefined ? { items } : { items: before.items, why };
    if (JSON.stringify(now) === JSON.stringify(before)) return;
    this.facts = { ...this.facts, [name]: now };
    this.emit("change");
  }
}
