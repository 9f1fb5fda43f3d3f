import type { Cloud } from "../../api";
import { LOOKS_INTO, type Looks } from "../../realise/sql-engine";
import { runSql } from "../../realise/sql-server";
import type { Resource } from "../../store";
import { DATABASES } from "./databases";
import { engineOf } from "./engines";
import { INSTANCES, SECRETS, type Instance } from "./instances";

/** A migration that a database records. */
export type Applied = { app: string; name: string; at: number };

/** A lock that keeps others out of a table, and for how many milliseconds its transaction has run. */
export type Held = { kind: "held"; pid: number; mode: string; table: string; ms: number; query: string };
/** A statement that waits for a lock. */
export type Waits = { kind: "waits"; pid: number; ms: number; query: string; blockers: number[] };

/** What a look into a database tells, by "instance/database". */
type ByDatabase<T> = Record<string, T>;

/** The exact number of rows of every table. */
export const rowsIn = (cloud: Cloud): Promise<ByDatabase<Record<string, number>>> =>
  inside(cloud, "rows", (lines) => Object.fromEntries(lines.map(([table = "", rows]) => [table, Number(rows)])));

/** The migrations of Django in the order in which they were applied. */
export const migrationsIn = (cloud: Cloud): Promise<ByDatabase<Applied[]>> =>
  inside(cloud, "migrations", (lines) => lines.map(([app = "", name = "", at]) => ({ app, name, at: Number(at) })));

/** The locks of this moment; nothing of servers that do not tell. */
export const locksIn = (cloud: Cloud): Promise<ByDatabase<(Held | Waits)[]>> =>
  inside(cloud, "locks", (lines) => lines.map(([text = ""]) => JSON.parse(text) as Held | Waits));

type Read<T> = (lines: string[][]) => T;
type Look = Exclude<keyof Looks, "into">;

/**
 * Every server is asked once for all of its databases.
 * @throws SqlError where one does not answer: what cannot be seen is not gone
 */
const inside = async <T>(cloud: Cloud, look: Look, read: Read<T>): Promise<ByDatabase<T>> => {
  const running = cloud.store.list<Instance>(INSTANCES).filter(({ state }) => state === "RUNNABLE");
  const found = await Promise.all(
    running.map(async (instance) => {
      const lines = await ask(cloud, instance, look);
      return [...byDatabase(lines)].map(([name, of]) => [`${instance.name}/${name}`, read(of)] as const);
    }),
  );
  return Object.fromEntries(found.flat());
};

const ask = async (cloud: Cloud, { name, databaseVersion }: Instance, look: Look): Promise<string[][]> => {
  const { server, databases: own } = engineOf(databaseVersion).engine;
  const { [look]: statement, into } = server.looks;
  const databases = cloud.store
    .list<Resource & { name: string }>(DATABASES, `${name}/`)
    .filter((database) => !own.some((each) => each.name === database.name));
  if (statement === undefined || databases.length === 0) return [];
  const { admin: adminPassword } = cloud.store.get<{ admin: string }>(SECRETS, name)!;
  const statements = databases.map((database) => `${into(database.name)}\n${statement}`).join("\n");
  const of = { engine: server, instance: name, adminPassword, statements, database: server.home };
  const printed = await runSql(cloud.realise, of);
  return printed.split("\n").map((line) => line.split("\t"));
};

const byDatabase = (lines: readonly string[][]): Map<string, string[][]> => {
  const found = new Map<string, string[][]>();
  let current: string[][] = [];
  for (const line of lines) {
    const [first, name = ""] = line;
    if (first === LOOKS_INTO) found.set(name, (current = []));
    else current.push(line);
  }
  return found;
};
