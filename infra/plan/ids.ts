/**
 * Identity, in one place. A part (a service or a datastore) has the id `booking/reservas`; nothing else joins or splits
 * one. Every name that must not collide is made of ids here or in infra/naming.ts, and names.ts refuses a plan in which
 * two collide.
 */

/** The system and the part that an id names. */
export type Part = { system: string; name: string };

/** `booking/reservas` */
export const idOf = ({ system, name }: Part): string => `${system}/${name}`;

/** The system and the part of `booking/reservas`; neither holds a slash (rules.ts). */
export const partOf = (id: string): Part => {
  const at = id.indexOf("/");
  return { system: id.slice(0, at), name: id.slice(at + 1) };
};

/** `booking-reservas`: the logical (Pulumi) name of a part, which never changes. */
export const logicalName = ({ system, name }: Part): string => `${system}-${name}`;

/**
 * The entry of a map under an id.
 * @throws Error for an unknown id, which is a bug: references are checked before a plan is made.
 */
export const lookUp = <T>(map: ReadonlyMap<string, T>, id: string): T => {
  const found = map.get(id);
  if (found === undefined) throw new Error(`the plan holds nothing under ${id}`);
  return found;
};

/** Things by their ids, in the order given. */
export const byId = <T extends { id: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
  new Map(things.map((thing) => [thing.id, thing]));

/** Things by their names, in the order given. */
export const byName = <T extends { name: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
  new Map(things.map((thing) => [thing.name, thing]));
