import type { Applied, Held, Waits } from "../../rehearsal/apis/sql/inside";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../docker/wait";
import { authorized } from "../../rehearsal/access-token";
import type { Place } from "../rehearsal/place";

/** Of each database ("instance/database"), every table's number of rows. */
export type Rows = Record<string, Record<string, number>>;
export type Migrations = Record<string, Applied[]>;
export type Locks = Record<string, (Held | Waits)[]>;

const PATIENCE_MS = 10_000;

/** @throws Error where the databases cannot be looked into, also a moment later */
const look = async <T>({ port, folder }: Place, what: string, patienceMs = PATIENCE_MS): Promise<T> => {
  const answer = await until({
    ask: () => fetch(`http://127.0.0.1:${port}/_rehearsal/${what}`, { headers: authorized(folder) }),
    ends: ({ ok }) => ok,
    everyMs: 500,
    patienceMs,
  });
  if (!answer.ok) throw new Error(`the rehearsed cloud does not tell its ${what}: ${answer.status}`);
  return (await answer.json()) as T;
};

export const rowsNow = (place: Place): Promise<Rows> => look(place, "rows");
export const migrationsNow = (place: Place): Promise<Migrations> => look(place, "migrations");
/** As they are at this moment: a look that fails is not repeated. */
export const locksNow = (place: Place): Promise<Locks> => look(place, "locks", 0);

const LOOKS = 3;
const LOOK_EVERY_MS = 2000;

/** The rows of several moments: a system tidies up by itself. */
export const looksAtRows = async (place: Place): Promise<Rows[]> => {
  const looks: Rows[] = [];
  for (let look = 0; look < LOOKS; look++) {
    looks.push(await rowsNow(place));
    await sleep(LOOK_EVERY_MS);
  }
  return looks;
};
