import type { Problem } from "../../infra/problems";
import { checkoutProblems, isOthers, type Sight } from "../../infra/targets/local/checkouts";
import { CHECKOUT_LABEL, STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { VOLUME } from "../stack/drift";
import type { Container, Inventory, Item } from "../../docker/inventory";
import type { Stack } from "../stack/stack";
import type { State } from "../stack/checkpoint";

/** The folders under which this clone is known. */
export type Here = { own: readonly string[] };

type Seen = { stack: Stack; state: State; inventory: Inventory };

/**
 * Containers and networks with the stack's label that this clone made and that are in no state. The stack's label alone proves nothing:
 * every clone on the machine has a stack dev. Nor does it that another clone's folder cannot be seen. Volumes are never
 * strays, they are adopted by their names.
 */
export const straysOf = (of: Seen & { here: Here }): { containers: Container[]; networks: Item[] } => {
  const known = new Set(of.state.resources.map(({ id }) => id));
  const isUnknown = (item: Item): boolean => isOf(of.stack, item) && !known.has(item.id);
  const containers = of.inventory.containers.filter((container) => isUnknown(container) && isOurs(container, of.here));
  const others = of.inventory.containers.filter((container) => !containers.includes(container));
  return { containers, networks: of.inventory.networks.filter((item) => isUnknown(item) && !isUsedBy(others, item)) };
};

/**
 * The names of the stack's data volumes that this clone may remove: those that its state knows, and those that it made
 * and no longer knows, as after a `down`. A volume without this clone's label may hold another's data.
 */
export const volumesOf = (of: Seen & { checkout: string }): string[] => {
  const known = new Set(of.state.resources.filter(({ type }) => type === VOLUME).map(({ id }) => id));
  const isOwn = (item: Item): boolean => isOf(of.stack, item) && checkoutOf(item) === of.checkout;
  return of.inventory.volumes.filter((item) => known.has(item.id) || isOwn(item)).map(({ id }) => id);
};

/** The stack's data volumes that exist, each with the clone that made it if that is another one. */
export const dataThatStays = (of: { stack: Stack; inventory: Inventory; checkout: string }): string[] =>
  of.inventory.volumes
    .filter((item) => isOf(of.stack, item))
    .map((item) => {
      const home = checkoutOf(item) ?? "an unknown clone";
      return home === of.checkout ? item.id : `${item.id} (made by ${home})`;
    });

/**
 * Refuses to work on a stack that another clone runs: both would use the same names, ports and volumes. What this
 * clone's state knows is its own, whatever folder it was in when it made it.
 */
export const foreignProblems = (of: Seen & { here: Here & Partial<Sight> }): Problem[] => {
  const known = new Set(of.state.resources.map(({ id }) => id));
  return checkoutProblems({
    stack: of.stack.name,
    containers: of.inventory.containers.filter((item) => isOf(of.stack, item) && !known.has(item.id)),
    ...of.here,
  });
};

/** Data volumes that the stack will use although another clone made them: they are found by their names. */
export const takenOver = (of: Seen & { here: Here }): string[] => {
  const known = new Set(of.state.resources.filter(({ type }) => type === VOLUME).map(({ id }) => id));
  return of.inventory.volumes
    .filter((item) => isOf(of.stack, item) && !known.has(item.id) && isOthers(item, of.here.own))
    .map((item) => `${item.name} (made by the clone in ${checkoutOf(item)})`);
};

const isOf = (stack: Stack, { labels }: Item): boolean => labels[STACK_LABEL] === stackLabel(stack.name);

const checkoutOf = ({ labels }: Item): string | undefined => labels[CHECKOUT_LABEL];

/** A network does not say which clone made it; one that nothing else is in can be made again by whoever needs it. */
const isUsedBy = (containers: readonly Container[], { id }: Item): boolean =>
  containers.some(({ networks }) => Object.values(networks).includes(id));

/** Without the label the owner is unknown, and the item is left untouched. */
const isOurs = (item: Item, { own }: Here): boolean => checkoutOf(item) !== undefined && !isOthers(item, own);
