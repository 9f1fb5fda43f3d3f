import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "./api";
import { apiErrorOf, type ApiError } from "./errors";
import { noteOf } from "./report";
import type { Resource } from "./store";

const KIND = "operations";

/** The two formats in which APIs show their operations. */
type Style = "longrunning" | "sql";

export type Stored = {
  name: string;
  style: Style;
  done: boolean;
  work: string;
  input: Resource;
  /** Longrunning: the operation's `metadata`. SQL: fields of its own, such as operationType and targetId. */
  metadata: Resource;
  startTime: string;
  endTime?: string;
  response?: Resource;
  error?: { code: number; message: string };
};

/** The slow part of an operation, from its input to its response, by name. */
export type Works = Record<string, (input: Resource) => Promise<Resource>>;

/**
 * Long-running operations. One is on disk before its work begins, and its work begins again after a restart; it is
 * answered as not done at first, whatever the speed of the work.
 */
export class Operations {
  #works: Works = {};
  #isStopping = false;
  readonly #running = new Map<string, Promise<void>>();

  constructor(private readonly cloud: Pick<Cloud, "store" | "faults" | "report">) {}

  /** Gives it the works, and takes up again what a stopped server left undone. */
  begin(works: Works): void {
    this.#works = works;
    for (const stored of this.cloud.store.list<Stored>(KIND)) if (!stored.done) this.#run(stored);
  }

  /**
   * Starts an operation and returns it as the API shows it, not done.
   * @param of.name full name, for example `projects/p/locations/l/operations/<operationId()>`
   * @param of.work the key of the API's `works`
   * @param of.input JSON for the work
   */
  start(of: { name: string; style?: Style; work: string; input: Resource; metadata?: Resource }): Resource {
    this.#workNamed(of.work);
    const startTime = new Date().toISOString();
    const stored: Stored = { style: "longrunning", metadata: {}, ...of, done: false, startTime };
    this.cloud.store.put(KIND, stored.name, stored);
    this.#run(stored);
    return shown(stored);
  }

  get(name: string): Resource | undefined {
    const stored = this.cloud.store.get<Stored>(KIND, name);
    return stored && shown(stored);
  }

  list(prefix: string): Resource[] {
    return this.cloud.store.list<Stored>(KIND, prefix).map(shown);
  }

  /** From now on a work that fails does so because this server ends: it is left undone, and begins again. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Forgets an operation; its work goes on. */
  remove(name: string): void {
    this.cloud.store.delete(KIND, name);
  }

  /** Resolves when an operation has ended, or its time is over. */
  async wait(name: string, ms: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.#running.get(name), sleep(ms, undefined, { signal: late.signal, ref: false })]).catch(
      () => undefined,
    );
    late.abort();
  }

  /** Resolves when nothing is at work any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #run(stored: Stored): void {
    this.#running.set(
      stored.name,
      this.#work(stored).finally(() => this.#running.delete(stored.name)),
    );
  }

  async #work(stored: Stored): Promise<void> {
    const end = (outcome: Pick<Stored, "response" | "error">): void => {
      // Who forgot it does not want it back.
      if (!this.cloud.store.get(KIND, stored.name)) return;
      this.cloud.store.put(KIND, stored.name, { ...stored, ...outcome, done: true, endTime: new Date().toISOString() });
    };
    try {
      await this.cloud.faults.delay(stored.work);
      end({ response: await this.#workNamed(stored.work)(structuredClone(stored.input)) });
    } catch (error) {
      if (this.#isStopping) return;
      const known = apiErrorOf(error);
      this.#tell(stored, known);
      end({ error: known.toStatus() });
    }
  }

  /** What is missing or broken is in the report, as it is of a request; its operation alone tells the caller. */
  #tell({ work, name }: Stored, error: ApiError): void {
    const note = noteOf(error);
    if (!note.unanswered && !note.broken) return;
    const what = { api: work.split(".")[0] ?? "", verb: "WORK", path: name, method: work, status: error.code };
    this.cloud.report.add({ ...what, ...note });
  }

  #workNamed(name: string): Works[string] {
    const work = this.#works[name];
    if (!work) throw new Error(`no API has a work ${name}`);
    return work;
  }
}

export const operationId = (): string => randomUUID();

/** The name of a new operation on a resource, beside it in its location. */
export const operationFor = (resource: string): string =>
  `${resource.split("/").slice(0, 4).join("/")}/operations/${operationId()}`;

const shown = (stored: Stored): Resource => (stored.style === "sql" ? asSql(stored) : asLongrunning(stored));

/** https://google.aip.dev/151 */
const asLongrunning = ({ name, metadata, done, response, error }: Stored): Resource => ({
  name,
  ...(Object.keys(metadata).length > 0 && { metadata }),
  // proto3 JSON leaves false out.
  ...(done && { done }),
  ...(response && { response }),
  ...(error && { error }),
});

/** https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1beta4/operations */
const asSql = ({ name, metadata, done, startTime, endTime, error }: Stored): Resource => ({
  kind: "sql#operation",
  name,
  status: done ? "DONE" : "RUNNING",
  insertTime: startTime,
  startTime,
  ...(endTime && { endTime }),
  ...metadata,
  ...(error && {
    error: {
      kind: "sql#operationErrors",
      errors: [{ kind: "sql#operationError", code: "ERROR_RDBMS", message: error.message }],
    },
  }),
});
