import { dataVolumeOf } from "../../infra/naming";
import { refuse, type Problem } from "../../infra/problems";
import { isOthers, ownFolders } from "../../infra/targets/local/checkouts";
import { DATA_FORMAT_LABEL, PART_LABEL, STACK_LABEL, stackLabel, SYSTEM_LABEL } from "../../infra/targets/local/labels";
import { dataFormat } from "../../infra/targets/local/images";
import { CONTAINER } from "./drift";
import type { Inventory } from "../../docker/inventory";
import { unsettledIn, type Published } from "./published";
import type { RunningDatastore, RunningStack } from "./running";
import { idOf, isNamed, isSql } from "./select";
import { command, type Stack } from "./stack";
import type { State } from "./checkpoint";

/** A container of the stack, and the part that it says it is. */
export type Stranger = { container: string; system: string; name: string };

/** A datastore that runs, and of which the published plan does not know all that it holds. */
export type Unplaced = Stranger & {
  /** Why it cannot be placed. */
  why: string;
};

type Seen = { stack: Stack; state: State; inventory: Inventory };

type Planned = Seen & {
  published: Published;
  /** Of the published plan, with their containers in the state. */
  datastores: readonly RunningDatastore[];
};

/**
 * What runs decides what data there is, not the plan. Datastores are known by the data volume that they mount: those of
 * the state, and those on the engine that carry the stack's label.
 */
export const unplacedOf = ({ published, datastores, ...seen }: Planned): Unplaced[] => {
  const formats = new Map(seen.inventory.volumes.map(({ name, labels }) => [name, labels[DATA_FORMAT_LABEL]]));
  return ownContainers(seen)
    .filter(({ holdsData }) => holdsData)
    .flatMap(({ holdsData: _, ...holder }) => {
      const placed = datastores.find(({ container }) => container === holder.container);
      const why = placed ? misfit({ published, placed, held: formats.get(placed.volume) }) : UNKNOWN;
      return why === undefined ? [] : [{ ...holder, why }];
    });
};

const UNKNOWN = "neither the stack's published plan nor its state knows all of it";

type Placed = { published: Published; placed: RunningDatastore; held: string | undefined };

const misfit = ({ published, placed, held }: Placed): string | undefined => {
  if (published.source === "state" && isSql(placed.engine))
    return `which databases it has is not known: ${published.why}`;
  if (unsettledIn(published).has(placed.id))
    return "the last update did not finish, and would have changed which databases it has, its users or its version";
  const wanted = dataFormat(placed);
  return held === undefined || held === wanted
    ? undefined
    : `it holds ${held}, and the stack's published plan says ${wanted}`;
};

/** The containers of the stack that are none of the plan's: of its state, and those on the engine that this clone made. */
export const strangersOf = ({ known, ...seen }: Seen & { known: ReadonlySet<string> }): Stranger[] =>
  ownContainers(seen).flatMap(({ holdsData: _, ...stranger }) => (known.has(stranger.container) ? [] : [stranger]));

type Own = Stranger & { holdsData: boolean };

const ownContainers = (seen: Seen): Own[] => [
  ...new Map([...inState(seen.state), ...onEngine(seen)].map((own) => [own.container, own] as const)).values(),
];

/** Of a container in the state, labels and volumes are as the provider writes them. */
const inState = ({ resources }: State): Own[] =>
  resources.flatMap(({ type, outputs = {}, delete: isLeftOver }) => {
    if (type !== CONTAINER || isLeftOver || typeof outputs.name !== "string") return [];
    const mounts = (outputs.volumes ?? []) as { volumeName?: string }[];
    const labels = (outputs.labels ?? []) as { label: string; value: string }[];
    return [
      asPart({
        container: outputs.name,
        labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])),
        volumes: mounts.flatMap(({ volumeName }) => volumeName ?? []),
      }),
    ];
  });

const onEngine = ({ stack, inventory }: Pick<Seen, "stack" | "inventory">): Own[] => {
  const own = ownFolders();
  return inventory.containers
    .filter((container) => container.labels[STACK_LABEL] === stackLabel(stack.name) && !isOthers(container, own))
    .map(({ name: container, labels, volumes }) => asPart({ container, labels, volumes }));
};

const asPart = ({
  container,
  labels,
  volumes,
}: {
  container: string;
  labels: Readonly<Record<string, string>>;
  volumes: readonly string[];
}): Own => ({
  container,
  system: labels[SYSTEM_LABEL] ?? container,
  name: labels[PART_LABEL] ?? container,
  holdsData: volumes.includes(dataVolumeOf(container)),
});

type Meant = { running: Pick<RunningStack, "stack" | "unplaced">; names?: readonly string[] };

/**
 * Refuses work on the data of a stack of which a part would be left out unseen. Of parts named one by one only those
 * count.
 * @throws ProblemsError that names each datastore that cannot be placed.
 */
export const requirePlaced = ({ running: { stack, unplaced }, names = [] }: Meant): void => {
  const meant = unplaced.filter((part) => names.length === 0 || names.some((name) => isNamed(part, name)));
  refuse(meant.map((part) => unplacedProblem({ stack, part })));
};

const unplacedProblem = ({ stack, part }: { stack: Stack; part: Unplaced }): Problem => ({
  path: idOf(part),
  message: `the datastore ${part.container} is part of ${stack.name}, and its data would be left out: ${part.why}`,
  cure: `${command("start", stack)} (records the plan of this folder's branch; volumes stay), then run this again`,
});
