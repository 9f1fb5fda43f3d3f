import type { Database, DatabasePart } from "../catalogue/vocabulary";
import type { PlannedReference, PlannedValue } from "./env";
import { logicalName, lookUp, partOf } from "./ids";
import { databasesOf, type NamedPlan, type PlannedDatastore, type PlannedSecret } from "./plan";
import { serversOf } from "./servers";

/**
 * The values in Secret Manager. A stored value is a reference (to a secret of the catalogue, a part of a
 * database's address, a Redis address, an administrator's password), and `storedName` alone names it: the target, the
 * rotation and the cost ask it. The names are those of stacks that are deployed already.
 */
export type StoredValue =
  | Extract<PlannedReference, { kind: "secret" | "redis" }>
  | (Extract<PlannedReference, { kind: "database" }> & { part: StoredPart })
  | { kind: "administrator"; server: string };

/** The parts of a database's address that are kept secret; the user changes together with its password. */
type StoredPart = Extract<DatabasePart, "user" | "password" | "url">;

const STORED_PARTS: readonly DatabasePart[] = ["user", "password", "url"] satisfies StoredPart[];

/** The name of a stored value within the stack: `booking-reservas-database-url`. */
export const storedName = (value: StoredValue, plan: NamedPlan): string => {
  switch (value.kind) {
    case "secret":
      return value.secret;
    case "database": {
      const { password } = databaseOf(value, plan);
      // The user and the address stand beside the password, and are named after it.
      return value.part === "password" ? password : `${password.replace(/-password$/, "")}-${value.part}`;
    }
    case "redis":
      return `${logicalName(partOf(value.datastore))}-url-${value.index}`;
    case "administrator":
      return `${value.server}-admin-password`;
  }
};

/** The stored value of a variable; undefined where its value is public. */
export const storedIn = (value: PlannedValue): StoredValue | undefined => {
  if (typeof value === "string") return undefined;
  switch (value.kind) {
    case "secret":
    case "redis":
      return value;
    case "database":
      return STORED_PARTS.includes(value.part) ? { ...value, part: value.part as StoredPart } : undefined;
    case "messaging":
    case "topic":
    case "serviceUrl":
      return undefined;
  }
};

/** Every value that a plan stores, by name; a name that two different values would have stands twice. */
export const storedValues = (plan: NamedPlan): { name: string; value: StoredValue }[] => {
  const values = [...plan.services.values()].flatMap(({ env }) => Object.values(env));
  const referred = values.flatMap((value) => storedIn(value) ?? []);
  const admins = serversOf(plan).map(({ id }): StoredValue => ({ kind: "administrator", server: id }));
  const different = new Map([...referred, ...admins].map((value) => [sameValue(value), value]));
  return [...different.values()].map((value) => ({ name: storedName(value, plan), value }));
};

/**
 * Equal for equal references, whatever the order of their keys. A database's password is the secret of that name: both
 * references mean one value, except where another database has it too, which rules.ts refuses.
 */
export const sameValue = (value: StoredValue): string => JSON.stringify(Object.entries(value).sort());

/** A database of a datastore, by the names of both. */
export const databaseOf = (
  { datastore, database: name }: { datastore: string; database: string },
  { datastores }: Pick<NamedPlan, "datastores">,
): Database => {
  const found = databasesOf(lookUp(datastores, datastore)).find((database) => database.name === name);
  if (found === undefined) throw new Error(`the plan holds no database ${name} of ${datastore}`);
  return found;
};

/**
 * Two users of a database take turns: a rotation gives the one that waits a new password and makes it the active one,
 * so that the revision that serves keeps its own.
 */
export type Turn = "first" | "second";

export const turns: readonly Turn[] = ["first", "second"];

/** The user that is active after that many rotations. */
export const activeTurn = (rotation: number): Turn => (rotation % 2 === 0 ? "first" : "second");

/** The rotation at which a user got its current password, or undefined where it has not had its turn yet. */
export const rotationOf = (turn: Turn, rotation: number): number | undefined => {
  const last = activeTurn(rotation) === turn ? rotation : rotation - 1;
  return last < 0 ? undefined : last;
};

/**
 * What a user's password is kept by: another text is another password. The user that rests keeps its own while a revision
 * may still use it; once the rotation is finished it gets one that nobody ever had.
 */
export const keptBy = (
  turn: Turn,
  { rotation, isRekeyed }: Pick<PlannedSecret, "rotation" | "isRekeyed">,
): string | undefined => {
  const last = rotationOf(turn, rotation);
  if (last === undefined) return undefined;
  return isRekeyed && turn !== activeTurn(rotation) ? `at rest after ${rotation}` : String(last);
};

/** The second user's name: `reservas_b`. */
export const userName = (user: string, turn: Turn): string => (turn === "first" ? user : `${user}_b`);

/** The logical name of a password's random value, for each of the two users. */
export const passwordName = (password: string, turn: Turn): string => (turn === "first" ? password : `${password}-b`);

/** The users of a database that have had a turn. */
export const usersOf = (
  { user, password }: Database,
  { secrets }: Pick<NamedPlan, "secrets">,
): { user: string; turn: Turn }[] => {
  const { rotation } = lookUp(secrets, password);
  return turns
    .filter((turn) => rotationOf(turn, rotation) !== undefined)
    .map((turn) => ({ user: userName(user, turn), turn }));
};

export type PlacedDatabase = { datastore: PlannedDatastore; database: Database };

/** Each database of the datastores, with its datastore. */
export const placedDatabases = (datastores: readonly PlannedDatastore[]): PlacedDatabase[] =>
  datastores.flatMap((datastore) => databasesOf(datastore).map((database) => ({ datastore, database })));
