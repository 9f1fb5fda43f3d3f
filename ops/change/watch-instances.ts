import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { follow, type From } from "../logs/read";
import type { Phase } from "./traffic";

/** What went wrong in an instance of Cloud Run: an error that it logged, or that it was killed. */
export type Mishap = {
  phase: Phase;
  /** The service or worker pool: "change-meet-worker". */
  of: string;
  /** In words; ids and numbers are left out, so that the same is told once. */
  what: string;
};

/** An instance's container: its service or pool, then its revision. */
const INSTANCE = /-run-(.+)-\d{5}-[a-z0-9]{3}(?:-|$)/;

type Event = { Action?: string; id?: string; Actor?: { Attributes?: Record<string, string> } };
type Watching = { docker: Docker; prefix: string; phase: () => Phase };

/** Watches every instance of a rehearsed cloud, those that are started later too: the errors that they log, and how they end. */
export class InstanceWatch {
  readonly mishaps: Mishap[] = [];
  /** Whether the engine told of events no longer, so that something may have been missed. */
  isBlind = false;
  readonly #end = new AbortController();
  readonly #asked = new Set<string>();
  #events: Promise<void> = Promise.resolve();

  constructor(private readonly of: Watching) {}

  async start(): Promise<void> {
    const { docker, prefix } = this.of;
    const filters = { type: ["container" as const], event: ["start", "kill", "oom", "die"] };
    const stream = (await docker.getEvents({ filters })) as Readable;
    this.#end.signal.addEventListener("abort", () => stream.destroy(), { once: true });
    const ended = (): void => {
      if (!this.#end.signal.aborted) this.isBlind = true;
    };
    this.#events = this.#heed(stream).then(ended, ended);
    for (const { Id, Names } of await docker.listContainers({ filters: { name: [`^/?${prefix}-run-`] } }))
      this.#follow({ id: Id, name: Names[0] ?? "", from: { tail: 0 } });
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#events;
  }

  async #heed(stream: AsyncIterable<Buffer | string>): Promise<void> {
    let rest = "";
    for await (const piece of stream) {
      const lines = (rest + piece.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.filter(Boolean)) this.#heard(JSON.parse(line) as Event);
    }
  }

  #heard({ Action, id = "", Actor: { Attributes: { name = "", signal, exitCode } = {} } = {} }: Event): void {
    const of = serviceOf({ name, prefix: this.of.prefix });
    if (of === undefined) return;
    if (Action === "start") this.#follow({ id, name, from: {} });
    // Cloud Run gives ten seconds from SIGTERM to SIGKILL.
    if (Action === "kill" && signal === "15") this.#asked.add(id);
    if (Action === "kill" && signal === "9" && this.#asked.has(id))
      this.#note({ of, what: "did not end within ten seconds of SIGTERM, and was killed" });
    if (Action === "oom") this.#note({ of, what: "took more memory than it has, and was killed" });
    if (Action === "die" && exitCode !== "0" && !this.#asked.has(id))
      this.#note({ of, what: `ended by itself with exit code ${exitCode}` });
    if (Action === "die") this.#asked.delete(id);
  }

  /** What runs already has logged before the clients came; one that starts is read from its first line. */
  #follow({ id, name, from }: { id: string; name: string; from: From }): void {
    const of = serviceOf({ name: name.replace(/^\//, ""), prefix: this.of.prefix });
    if (of === undefined) return;
    const following = follow({
      docker: this.of.docker,
      source: { service: of, container: id },
      from,
      signal: this.#end.signal,
      emit: (lines) => lines.flatMap(({ text }) => errorIn(text) ?? []).forEach((what) => this.#note({ of, what })),
    });
    // One that is gone has logged all that it will.
    following.catch(() => undefined);
  }

  #note(of: { of: string; what: string }): void {
    this.mishaps.push({ phase: this.of.phase(), ...of });
  }
}

/** The service or pool of an instance's container; undefined for any other container. */
export const serviceOf = ({ name, prefix }: { name: string; prefix: string }): string | undefined =>
  name.startsWith(`${prefix}-run-`) ? INSTANCE.exec(name.slice(prefix.length))?.[1] : undefined;

const MOST = 300;

/** The message of an error's line, without what differs each time; undefined for any other line. */
export const errorIn = (text: string): string | undefined => {
  const { level, severity = level, message, exc_info: trace } = asJson(text);
  const isError = typeof severity === "string" && /^(error|critical|alert|emergency)$/i.test(severity);
  const plain = /^Traceback \(most recent call last\)|^\[?\d{4}-\d\d-\d\d.*\b(ERROR|CRITICAL)\b/.test(text);
  if (!isError && !plain) return undefined;
  const last = typeof trace === "string" ? trace.trim().split("\n").at(-1) : undefined;
  const said = typeof message === "string" ? message.split("\n")[0] : text;
  return [said, ...(last ? [last] : [])].join(": ").replace(IDS, "<id>").slice(0, MOST);
};

const IDS = /\b(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\d+)\b/g;

const asJson = (text: string): Record<string, unknown> => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};
