import type { Problem } from "../../infra/problems";
import {
  foreignCloneProblems,
  isOwnData,
  makerOf,
  UNLABELLED,
  type Makers,
  type Sight,
} from "../../infra/targets/local/checkouts";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import type { Container, Inventory, Item } from "../../docker/inventory";
import type { Stack } from "../stack/stack";
import type { State } from "../stack/checkpoint";

type Seen = { stack: Stack; state: State; inventory: Inventory; makers: Makers };

/**
 * Containers and networks that carry this clone's id and are in no state. The stack's label alone proves nothing: every
 * clone on the machine has a stack dev, and two can lie at one path. Volumes are never strays.
 */
export const straysOf = (of: Seen): { containers: Container[]; networks: Item[] } => {
  const isStray = (item: Item): boolean => isUnknown(of, item) && isMarked(of, item);
  const containers = of.inventory.containers.filter(isStray);
  const others = of.inventory.containers.filter((container) => !containers.includes(container));
  return { containers, networks: of.inventory.networks.filter((item) => isStray(item) && !isUsedBy(others, item)) };
};

/**
 * Refuses to work on a stack of which the engine holds what is neither in this clone's state nor marked with its id: both
 * clones would use the same names, ports and volumes. What the state knows is its own, whatever folder it was in when it
 * made it.
 */
export const foreignProblems = ({ isSeen, ...of }: Seen & Partial<Sight>): Problem[] =>
  foreignCloneProblems({
    stack: of.stack.name,
    items: [...of.inventory.containers, ...of.inventory.networks].filter(
      (item) => isUnknown(of, item) && !isMarked(of, item),
    ),
    ...(isSeen && { isSeen }),
  });

/** The names of the stack's data volumes that this clone made or took over, and may remove when it is told to. */
export const volumesOf = (of: Omit<Seen, "state">): string[] =>
  dataOf(of).flatMap((item) => (isOwnData(item, of.makers) ? [item.id] : []));

/** The stack's data volumes that exist, each with the clone that made it if that is another one. */
export const dataThatStays = (of: Omit<Seen, "state">): string[] =>
  dataOf(of).map((item) =>
    isOwnData(item, of.makers) ? item.id : `${item.id} (made by ${makerOf(item) ?? UNLABELLED})`,
  );

const dataOf = ({ stack, inventory }: Pick<Seen, "stack" | "inventory">): Item[] =>
  inventory.volumes.filter((item) => isOf(stack, item));

const isOf = (stack: Stack, { labels }: Item): boolean => labels[STACK_LABEL] === stackLabel(stack.name);

const isUnknown = ({ stack, state }: Seen, item: Item): boolean =>
  isOf(stack, item) && !state.resources.some(({ id }) => id === item.id);

const isMarked = ({ makers: { byId } }: Seen, item: Item): boolean => byId.includes(makerOf(item) ?? UNLABELLED);

const isUsedBy = (containers: readonly Container[], { id }: Item): boolean =>
  containers.some(({ networks }) => Object.values(networks).includes(id));
