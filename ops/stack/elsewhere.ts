import { when, type Problem } from "../../infra/problems";
import { CONTAINER, NETWORK, VOLUME } from "./drift";
import type { Inventory } from "../../docker/inventory";
import { command, type Stack } from "./stack";
import type { State } from "./checkpoint";

type Seen = { state: State; inventory: Pick<Inventory, "containers" | "networks" | "volumes"> };
type Asked = Seen & { stack: Stack; host: string };

/**
 * Whether the engine holds nothing at all of what the state knows. Then nothing is known to be gone: the stack may as
 * well be on another engine. Images do not count, any engine can have pulled the same.
 */
export const isElsewhere = ({ state, inventory }: Seen): boolean => {
  const known = onEngine(state);
  const held = new Set([inventory.containers, inventory.networks, inventory.volumes].flat().map(({ id }) => id));
  return known.length > 0 && !known.some((id) => held.has(id));
};

/**
 * Refuses to take another engine for an empty one: on it all would be made a second time, with empty data, and what
 * runs on the first would be forgotten.
 */
export const elsewhereProblems = ({ stack: { name }, host, ...seen }: Asked): Problem[] =>
  when(isElsewhere(seen), {
    path: `stack ${name}`,
    message: `the Docker engine ${host} holds none of its ${onEngine(seen.state).length} containers, networks and volumes; allowed: the engine that it was made on`,
    cure: `point DOCKER_HOST, or docker's context (docker context ls), back at that engine; only if this is that engine and all was removed from it, data too: ./fleet pulumi refresh --yes --stack ${name} (the state forgets what is gone), then ${command("start", name)}`,
  });

/** Ids of the resources that live on an engine; a volume's id is its name. */
const onEngine = ({ resources }: State): string[] =>
  resources.flatMap(({ type, id, external, delete: isLeftOver }) =>
    [CONTAINER, NETWORK, VOLUME].includes(type) && id && !external && !isLeftOver ? [id] : [],
  );
