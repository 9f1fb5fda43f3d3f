import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Anything that JSON can hold. */
export type Resource = Record<string, unknown>;

type Kinds = Record<string, Record<string, Resource>>;

/**
 * Everything that the rehearsed cloud holds, in one JSON file, by kind ("run.services") and full name. What is read is a
 * copy: a change counts when it is put back. Every change is on disk before `put` and `delete` return, so that a killed
 * server has lost nothing that it answered.
 */
export class Store {
  #kinds: Kinds;

  constructor(readonly file: string) {
    this.#kinds = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kinds) : {};
  }

  get<T extends Resource>(kind: string, name: string): T | undefined {
    const found = this.#kinds[kind]?.[name];
    return found && (structuredClone(found) as T);
  }

  /** All of a kind whose names begin with `prefix`, in the order in which they were made, with their names. */
  entries<T extends Resource>(kind: string, prefix = ""): [string, T][] {
    return Object.entries(this.#kinds[kind] ?? {})
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name, structuredClone(value) as T]);
  }

  list<T extends Resource>(kind: string, prefix = ""): T[] {
    return this.entries<T>(kind, prefix).map(([, value]) => value);
  }

  put<T extends Resource>(kind: string, name: string, value: T): T {
    (this.#kinds[kind] ??= {})[name] = structuredClone(value);
    this.#write();
    return value;
  }

  delete(kind: string, name: string): void {
    delete this.#kinds[kind]?.[name];
    this.#write();
  }

  /** Takes away all of a kind whose names begin with `prefix`. */
  deleteAll(kind: string, prefix: string): void {
    for (const [name] of this.entries(kind, prefix)) delete this.#kinds[kind]?.[name];
    this.#write();
  }

  empty(): void {
    this.#kinds = {};
    rmSync(this.file, { force: true });
  }

  /** Writes a new file and renames it, so that a killed server leaves the old file or the new one. */
  #write(): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    // It holds secrets.
    writeFileSync(`${this.file}.${process.pid}`, JSON.stringify(this.#kinds), { mode: 0o600 });
    renameSync(`${this.file}.${process.pid}`, this.file);
  }
}
