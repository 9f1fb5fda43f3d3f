import { existsSync } from "node:fs";
import { quoted } from "../../cures";
import { when, type Problem } from "../../problems";
import { foldersOf, knownClone, type Clone } from "./clone";
import { CHECKOUT_LABEL, CLONE_LABEL, STACK_LABEL, stackLabel } from "./labels";

type Labels = Readonly<Record<string, string>>;
type Labelled = { labels: Labels };

/** How this process may look for another clone's folder. */
export type Sight = { isSeen: (folder: string) => boolean };

/** The makers that are this clone. */
export type Makers = {
  /** By its id: what carries it is this clone's without doubt. */
  byId: readonly string[];
  /** By its folder alone, as labels were before there were ids: a clone at the same path of another container has it too. */
  byFolder: readonly string[];
  /** Other clones whose data of this stack a person let this one take over. */
  adopted: readonly string[];
};

/** The clone that made something: its folder and id, `/home/ana/fleet@3f2a90c1d27b6e58`, or its folder where there was no id. */
export const makerOf = ({ labels }: Labelled): string | undefined => {
  const { [CHECKOUT_LABEL]: folder, [CLONE_LABEL]: id } = labels;
  return folder === undefined || id === undefined ? folder : `${folder}@${id}`;
};

/** A copy of a clone has its id too, so the folder counts with it. */
export const makersOf = (stack: string, clone: Clone = knownClone()): Makers => ({
  byId: foldersOf().map((folder) => `${folder}@${clone.id}`),
  byFolder: clone.folders,
  adopted: clone.adopted[stack] ?? [],
});

/** Whether another clone made it. What has no label counts as our own. */
export const isOthers = (item: Labelled, { byId, byFolder }: Pick<Makers, "byId" | "byFolder">): boolean => {
  const maker = makerOf(item);
  return maker !== undefined && ![...byId, ...byFolder].includes(maker);
};

/** Whether a volume's data is this clone's to use, to give new passwords, and to remove when it is told to. */
export const isOwnData = (item: Labelled, { byId, byFolder, adopted }: Makers): boolean =>
  [...byId, ...byFolder, ...adopted].includes(makerOf(item) ?? UNLABELLED);

/** Stands for the maker of a volume that carries no label. */
export const UNLABELLED = "unlabelled";

type Foreign = Partial<Sight> & {
  stack: string;
  /** Containers and networks with the stack's label that are not this clone's. */
  items: readonly Labelled[];
};

/**
 * Names are those of the stack, so two clones cannot run stacks of one name at once. That a clone's folder cannot be
 * seen proves nothing: it may be in another user's home, in a dev container, on another machine that uses this engine,
 * or renamed. So what it made is never taken for left-overs; a person who knows that it is gone removes it.
 */
export const foreignCloneProblems = ({ stack, items, isSeen = existsSync }: Foreign): Problem[] =>
  [...new Set(items.map(({ labels }) => labels[CHECKOUT_LABEL]))].map((folder) => {
    const isThere = folder !== undefined && !foldersOf().includes(folder) && isSeen(folder);
    return {
      path: `stack ${stack}`,
      message: `it is already on this engine, made by ${described({ folder, isThere })}; allowed: one clone for a stack's name`,
      cure: isThere ? `${down(stack)} (there), or ${another}` : unseenCure({ stack, folder }),
    };
  });

const described = ({ folder, isThere }: { folder: string | undefined; isThere: boolean }): string => {
  if (folder === undefined) return "an unknown clone";
  if (foldersOf().includes(folder))
    return `a clone in a folder of this name, ${folder}, of which this one knows nothing: it may be in another container, or was here before`;
  return isThere
    ? `the clone in ${folder}`
    : `the clone in ${folder}, which cannot be seen from here: it may be another user's, in a container, on another machine or renamed`;
};

type Data = Partial<Sight> & {
  stack: string;
  /** The volumes that the stack would use. */
  volumes: readonly (Labelled & { name: string })[];
  makers: Makers;
};

/**
 * A volume is found by its name, and an update gives the data on it this stack's passwords: so another clone's data is
 * taken over only when a person says so, whether that clone can be seen or not.
 */
export const foreignDataProblems = ({ stack, volumes, makers, isSeen = existsSync }: Data): Problem[] => {
  const others = volumes.filter((volume) => !isOwnData(volume, makers));
  return [...new Set(others.map((volume) => makerOf(volume) ?? UNLABELLED))].map((maker) => {
    const held = others.filter((volume) => (makerOf(volume) ?? UNLABELLED) === maker);
    const folder = held[0]?.labels[CHECKOUT_LABEL];
    const isThere = folder !== undefined && !foldersOf().includes(folder) && isSeen(folder);
    return {
      path: `stack ${stack}`,
      message: `${held.map(({ name }) => name).join(", ")}: data made by ${described({ folder, isThere })}; an update would take it over and change its passwords`,
      cure: `${another}; only if you mean to use that data in this clone from now on: ./fleet start --stack ${stack} --adopt-data-of ${quoted(maker)}`,
    };
  });
};

const down = (stack: string): string => `./fleet down --stack ${stack}`;

const another = "another stack here: ./fleet start --stack mine --config fleet:portOffset=1000";

/** What is left of a clone that is gone is removed by label: no command of ours can tell that it is gone. */
const unseenCure = ({ stack, folder }: { stack: string; folder: string | undefined }): string => {
  const filters = [
    `--filter label=${STACK_LABEL}=${stackLabel(stack)}`,
    ...when(folder !== undefined, `--filter ${quoted(`label=${CHECKOUT_LABEL}=${folder}`)}`),
  ].join(" ");
  return `${down(stack)} (in that clone, also where it was renamed), or ${another}; only if you know that the clone is gone: docker rm -f $(docker ps -aq ${filters}); docker network prune -f ${filters} (its volumes stay), then run this again`;
};
