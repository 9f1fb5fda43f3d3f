import { isGone } from "../../docker/refusals";
import { refuse, refuseWith } from "../../infra/problems";
import type { RunningStack } from "./running";
import { idOf, isNamed } from "./select";
import { command } from "./stack";

type On = { running: Pick<RunningStack, "docker" | "stack"> };
type In = { system: string; name: string; container: string };

type Recorded = { running: Pick<RunningStack, "published" | "stack">; fact: string };

/**
 * Refuses work that needs facts which only a recorded plan holds. `fact` ends the sentence: "which databases there are".
 * @throws ProblemsError
 */
export const requireRecord = ({ running: { published, stack }, fact }: Recorded): void => {
  if (published.source === "record") return;
  refuseWith({
    path: `stack ${stack.name}`,
    message: `it is not known ${fact}: ${published.why}`,
    cure: `${command("start", stack)} (it records the plan), then run this again`,
  });
};

const FITS = {
  running: (state: string) => state === "running",
  made: (state: string) => state !== "gone",
  "at rest": (state: string) => state !== "gone" && state !== "running",
};

type Required = On & { parts: readonly In[]; are: keyof typeof FITS };

/**
 * Refuses containers that do not run, that were removed, or (`at rest`) that were removed or are at work.
 * @throws ProblemsError that names each.
 */
export const requireState = async ({ running: { docker, stack }, parts, are }: Required): Promise<void> => {
  const states = await Promise.all(parts.map(({ container }) => stateOf({ docker, container })));
  refuse(
    parts.flatMap((part, index) => {
      const state = states[index] ?? "gone";
      if (FITS[are](state)) return [];
      const wait = `run this again after its end; what it does: ${command(`logs ${idOf(part)}`, stack)}`;
      const cure = state === "running" ? wait : command("start", stack);
      return [{ path: idOf(part), message: `its container ${part.container} is ${state}`, cure }];
    }),
  );
};

type One = { docker: RunningStack["docker"]; container: string };

const stateOf = async ({ docker, container }: One): Promise<string> => {
  try {
    return (await docker.getContainer(container).inspect()).State.Status;
  } catch (error) {
    if (isGone(error)) return "gone";
    throw error;
  }
};

/**
 * Refuses work on the data of a stack that would leave out a datastore unseen. Where parts are named, only those count.
 * @throws ProblemsError that names each datastore that cannot be placed.
 */
export const requirePlaced = ({ running: { stack, unplaced }, names = [] }: Meant): void =>
  refuse(
    unplaced
      .filter((part) => names.length === 0 || names.some((name) => isNamed(part, name)))
      .map((part) => ({
        path: idOf(part),
        message: `the datastore ${part.container} is part of ${stack.name}, and its data would be left out: ${part.why}`,
        cure: `${command("start", stack)} (records the plan of this folder's branch; volumes stay), then run this again`,
      })),
  );

type Meant = { running: Pick<RunningStack, "stack" | "unplaced">; names?: readonly string[] };
