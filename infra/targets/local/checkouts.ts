import { existsSync } from "node:fs";
import type { Problem } from "../../problems";
import { CHECKOUT_LABEL, STACK_LABEL, stackLabel } from "./labels";

type Labelled = { labels: Readonly<Record<string, string>> };

/** How this process may look for another clone's folder. */
export type Sight = { isSeen: (folder: string) => boolean };

/**
 * The folders under which this clone is known: its own, and that on the engine's machine when this process is in a
 * dev container (docs/codespaces.md).
 */
export const ownFolders = (env: NodeJS.ProcessEnv = process.env): string[] => [
  process.cwd(),
  ...(env["FLEET_HOST_FOLDER"] ? [env["FLEET_HOST_FOLDER"]] : []),
];

/** Whether another clone made it. A container without the label counts as our own. */
export const isOthers = ({ labels }: Labelled, own: readonly string[]): boolean => {
  const home = labels[CHECKOUT_LABEL];
  return home !== undefined && !own.includes(home);
};

type Checkouts = Partial<Sight> & {
  stack: string;
  /** The containers that carry the stack's label. */
  containers: readonly Labelled[];
  own?: readonly string[];
};

/**
 * Names are those of the stack, so two clones cannot run stacks of one name at once. That a clone's folder cannot be
 * seen proves nothing: it may be in another user's home, in a dev container, on another machine that uses this engine,
 * or renamed. So its containers are never taken for left-overs; a person who knows that it is gone removes them.
 */
export const checkoutProblems = (of: Checkouts): Problem[] => {
  const { stack, containers, own = ownFolders(), isSeen = existsSync } = of;
  const others = containers.filter((container) => isOthers(container, own));
  return [...new Set(others.flatMap(({ labels }) => labels[CHECKOUT_LABEL] ?? []))].map((folder) => ({
    path: `stack ${stack}`,
    message: isSeen(folder)
      ? `it is already on this engine, made by the clone in ${folder}; allowed: one clone for a stack's name`
      : `it is already on this engine, made by the clone in ${folder}, which cannot be seen from here: it may be another user's, in a container, on another machine or renamed; allowed: one clone for a stack's name`,
    cure: isSeen(folder) ? `${down(stack)} (there), or ${another}` : unseenCure({ stack, folder }),
  }));
};

const down = (stack: string): string => `./fleet down --stack ${stack}`;

const another = "another stack here: ./fleet start --stack mine --config fleet:portOffset=1000";

/** The containers of a clone that is gone are removed by label: no command of ours can tell that it is gone. */
const unseenCure = ({ stack, folder }: { stack: string; folder: string }): string => {
  const filters = `--filter label=${STACK_LABEL}=${stackLabel(stack)} --filter ${quoted(`label=${CHECKOUT_LABEL}=${folder}`)}`;
  return `${down(stack)} (in that clone, also where it was renamed), or ${another}; only if you know that the clone is gone: docker rm -f $(docker ps -aq ${filters}) (its volumes stay), then run this again`;
};

/** Quotes a text for a shell, where it needs that. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
