import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Anything that JSON can hold. */
export type Resource = Record<string, unknown>;

/** By kind and full name. No plain objects: a name may be "constructor". */
type Kinds = Map<string, Map<string, Resource>>;

/**
 * Everything that the rehearsed cloud holds, in one JSON file, by kind ("run.services") and full name. What is read is a
 * copy: a change counts when it is put back. Every change is on disk before `put` and `delete` return, so that a killed
 * server has lost nothing that it answered.
 */
export class Store {
  #kinds: Kinds;

  /** @param file undefined for one that is kept nowhere */
  constructor(readonly file: string | undefined) {
    this.#kinds =
      file !== undefined && existsSync(file)
        ? kindsIn(readFileSync(file, "utf8"))
        : new Map<string, Map<string, Resource>>();
  }

  /** A copy in memory, for what is only tried. */
  scratch(): Store {
    const copy = new Store(undefined);
    copy.#kinds = structuredClone(this.#kinds);
    return copy;
  }

  /** Of all that it holds. */
  kinds(): string[] {
    return [...this.#kinds.keys()];
  }

  get<T extends Resource>(kind: string, name: string): T | undefined {
    const found = this.#kinds.get(kind)?.get(name);
    return found && (structuredClone(found) as T);
  }

  /** All of a kind whose names begin with `prefix`, in the order in which they were made, with their names. */
  entries<T extends Resource>(kind: string, prefix = ""): [string, T][] {
    return [...(this.#kinds.get(kind) ?? [])]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name, structuredClone(value) as T]);
  }

  list<T extends Resource>(kind: string, prefix = ""): T[] {
    return this.entries<T>(kind, prefix).map(([, value]) => value);
  }

  put<T extends Resource>(kind: string, name: string, value: T): T {
    const named = this.#kinds.get(kind) ?? new Map<string, Resource>();
    this.#kinds.set(kind, named.set(name, structuredClone(value)));
    this.#write();
    return value;
  }

  delete(kind: string, name: string): void {
    this.#kinds.get(kind)?.delete(name);
    this.#write();
  }

  /** Takes away all of a kind whose names begin with `prefix`. */
  deleteAll(kind: string, prefix: string): void {
    for (const [name] of this.entries(kind, prefix)) this.#kinds.get(kind)?.delete(name);
    this.#write();
  }

  empty(): void {
    this.#kinds = new Map();
    if (this.file !== undefined) rmSync(this.file, { force: true });
  }

  /** Writes a new file and renames it, so that a killed server leaves the old file or the new one. */
  #write(): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    // It holds secrets.
    writeFileSync(`${this.file}.${process.pid}`, textOf(this.#kinds), { mode: 0o600 });
    renameSync(`${this.file}.${process.pid}`, this.file);
  }
}

const textOf = (kinds: Kinds): string =>
  JSON.stringify(Object.fromEntries([...kinds].map(([kind, named]) => [kind, Object.fromEntries(named)])));

const kindsIn = (text: string): Kinds =>
  new Map(
    Object.entries(JSON.parse(text) as Record<string, Record<string, Resource>>).map(([kind, named]) => [
      kind,
      new Map(Object.entries(named)),
    ]),
  );
