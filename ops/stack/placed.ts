import { dataVolumeOf } from "../../infra/naming";
import { refuse, type Problem } from "../../infra/problems";
import { DATA_FORMAT_LABEL, PART_LABEL, STACK_LABEL, stackLabel, SYSTEM_LABEL } from "../../infra/targets/local/labels";
import { dataFormat } from "../../infra/targets/local/images";
import { CONTAINER } from "./drift";
import type { Inventory } from "../../docker/inventory";
import type { RunningDatastore, RunningStack } from "./running";
import { idOf, isNamed } from "./select";
import { npm, type Stack } from "./stack";
import type { State } from "./checkpoint";

/** A datastore that runs, and that the catalogue in this folder does not know as what it is. */
export type Unplaced = {
  system: string;
  name: string;
  container: string;
  /** Why it cannot be placed. */
  why: string;
};

/** A container with data, and the part that it says it is. */
type Holder = { container: string; system: string; name: string };

/**
 * What runs decides what data there is, not the catalogue in this folder, which is another one after a change of branch.
 * Datastores are known by the data volume that they mount: those of the state, and those on the engine that carry the
 * stack's label.
 */
export const unplacedOf = (of: {
  stack: Stack;
  state: State;
  inventory: Inventory;
  /** Of the catalogue, with their containers in the state. */
  datastores: readonly RunningDatastore[];
}): Unplaced[] => {
  const holders = new Map(
    [...holdersIn(of.state), ...holdersOn(of)].map((holder) => [holder.container, holder] as const),
  );
  const formats = new Map(of.inventory.volumes.map(({ name, labels }) => [name, labels[DATA_FORMAT_LABEL]]));
  return [...holders.values()].flatMap((holder) => {
    const placed = of.datastores.find(({ container }) => container === holder.container);
    const why = placed ? misfit(placed, formats.get(placed.volume)) : UNKNOWN;
    return why === undefined ? [] : [{ ...holder, why }];
  });
};

const UNKNOWN = "the catalogue in this folder, or the stack's state, does not know it";

const misfit = ({ definition }: RunningDatastore, held: string | undefined): string | undefined => {
  const wanted = dataFormat(definition);
  return held === undefined || held === wanted
    ? undefined
    : `it holds ${held}, and the catalogue in this folder says ${wanted}`;
};

/** Of a container in the state, labels and volumes are as the provider writes them. */
const holdersIn = ({ resources }: State): Holder[] =>
  resources.flatMap(({ type, outputs = {}, delete: isLeftOver }) => {
    if (type !== CONTAINER || isLeftOver || typeof outputs.name !== "string") return [];
    const container = outputs.name;
    const mounts = (outputs.volumes ?? []) as { volumeName?: string }[];
    const labels = (outputs.labels ?? []) as { label: string; value: string }[];
    const says = Object.fromEntries(labels.map(({ label, value }) => [label, value]));
    return mounts.some(({ volumeName }) => volumeName === dataVolumeOf(container)) ? [holder(container, says)] : [];
  });

const holdersOn = ({ stack, inventory }: { stack: Stack; inventory: Inventory }): Holder[] =>
  inventory.containers
    .filter(({ name, labels, volumes }) => {
      const isOfStack = labels[STACK_LABEL] === stackLabel(stack.name);
      return isOfStack && volumes.includes(dataVolumeOf(name));
    })
    .map(({ name, labels }) => holder(name, labels));

const holder = (container: string, labels: Readonly<Record<string, string>>): Holder => ({
  container,
  system: labels[SYSTEM_LABEL] ?? container,
  name: labels[PART_LABEL] ?? container,
});

/**
 * Refuses work on the data of a stack of which a part would be left out unseen. Of parts named one by one only those
 * count.
 * @throws ProblemsError that names each datastore that cannot be placed.
 */
export const requirePlaced = ({
  running: { stack, unplaced },
  names = [],
}: {
  running: Pick<RunningStack, "stack" | "unplaced">;
  names?: readonly string[];
}): void => {
  const meant = unplaced.filter((part) => names.length === 0 || names.some((name) => isNamed(part, name)));
  refuse(meant.map((part) => unplacedProblem({ stack, part })));
};

const unplacedProblem = ({ stack, part }: { stack: Stack; part: Unplaced }): Problem => ({
  path: idOf(part),
  message: `the datastore ${part.container} is part of ${stack.name}, and its data would be left out: ${part.why}`,
  cure: `run this on the branch that it was started from, or let the stack follow this one: ${npm("start", stack)} (volumes stay)`,
});
