import type Docker from "dockerode";
import { engineHost } from "../../docker/connect";
import { listEverything, type Inventory } from "../../docker/inventory";
import { refuse, when, type Problem } from "../../infra/problems";
import { readState, type State } from "./checkpoint";
import { CONTAINER, NETWORK, VOLUME } from "./drift";
import { recordedEngine } from "./published";
import { command, type Stack } from "./stack";

type Seen = { state: State; inventory: Pick<Inventory, "engine" | "containers" | "networks" | "volumes"> };
type Asked = Seen & { stack: Stack; host: string };

/**
 * Whether what the state knows is on another engine, so that nothing of it is known to be gone. The ids of containers and
 * networks are one engine's alone: one that is here proves that all of it was. Without any, the engine that the last
 * update recorded decides; a state of before has no record, and there a volume of a name that the state knows counts.
 * Images do not: any engine can have pulled the same.
 */
export const isElsewhere = ({ state, inventory }: Seen): boolean => {
  const { engine, containers, networks, volumes } = inventory;
  const known = onEngine(state);
  const holdsAny = (items: readonly { id: string }[]): boolean => items.some(({ id }) => known.includes(id));
  if (known.length === 0 || holdsAny(containers) || holdsAny(networks)) return false;
  const recorded = recordedEngine(state);
  return recorded === undefined ? !holdsAny(volumes) : recorded !== engine;
};

/**
 * Refuses to take another engine for an empty one: on it all would be made a second time, with empty data, and what
 * runs on the first would be forgotten.
 */
export const elsewhereProblems = ({ stack: { name }, host, ...seen }: Asked): Problem[] =>
  when(isElsewhere(seen), {
    path: `stack ${name}`,
    message: `the Docker engine ${host} is not the one that it was made on, or was emptied: none of its containers and networks is there; allowed: the engine that it was made on`,
    cure: `point DOCKER_HOST, or docker's context (docker context ls), back at that engine; only if this is that engine and all was removed from it, data too: ./fleet pulumi refresh --yes --stack ${name} (the state forgets what is gone), then ${command("start", name)}`,
  });

/**
 * Refuses a stack that is on another engine than the one that answers.
 * @throws ProblemsError
 */
export const refuseElsewhere = async ({ stack, docker }: { stack: Stack; docker: Docker }): Promise<void> => {
  const state = readState(stack) ?? { resources: [], pending: [] };
  if (onEngine(state).length > 0)
    refuse(elsewhereProblems({ stack, state, inventory: await listEverything(docker), host: engineHost() }));
};

/** Ids of the resources that live on an engine; a volume's id is its name. */
const onEngine = ({ resources }: State): string[] =>
  resources.flatMap(({ type, id, external, delete: isLeftOver }) =>
    [CONTAINER, NETWORK, VOLUME].includes(type) && id && !external && !isLeftOver ? [id] : [],
  );
