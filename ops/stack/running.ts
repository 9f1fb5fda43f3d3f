import type Docker from "dockerode";
import type { PublishedDatastore, PublishedPlan } from "../../infra/plan/published";
import { refuse, refuseWith, type Problem } from "../../infra/problems";
import { CONTAINER } from "./drift";
import { elsewhereProblems } from "./elsewhere";
import { connect, engineHost } from "../../docker/connect";
import { listEverything, type Inventory } from "../../docker/inventory";
import { servicesOf, type Service } from "./health";
import { ownContainers } from "./containers";
import { unplacedOf, type Stranger, type Unplaced } from "./placed";
import { engineProblem } from "../../docker/unreachable";
import { readPublished, type Published } from "./published";
import { command, requireStack, type Stack } from "./stack";
import { readState, type State } from "./checkpoint";

/** A datastore that the stack runs. */
export type RunningDatastore = PublishedDatastore & { container: string; volume: string };

/** A running stack as commands use it: its published plan, its state, and an engine that answers. */
export type RunningStack = {
  stack: Stack;
  docker: Docker;
  state: State;
  published: Published;
  services: Service[];
  /** Those of its datastores that the published plan knows. */
  datastores: RunningDatastore[];
  /** The datastores whose data is not known whole: work on data refuses them (requirePlaced). */
  unplaced: Unplaced[];
  /** Containers of the stack that the published plan does not know. */
  strangers: Stranger[];
};

/**
 * Reads a stack from its state file, without starting a CLI (which takes half a second).
 * @throws ProblemsError where the stack does not run in Docker here, or no engine answers.
 */
export const openStack = async (name: string): Promise<RunningStack> => {
  const stack = requireStack(name);
  const state = readState(stack) ?? { resources: [], pending: [] };
  if (containersIn(state).size === 0 && servicesOf(state).length > 0)
    refuseWith({
      path: `stack ${name}`,
      message: "it does not run in Docker on this machine, and this command looks there",
      cure: "name a stack that does; they are listed by: ./fleet stacks",
    });
  const docker = await answeringEngine().catch((error: unknown) => {
    if (containersIn(state).size === 0) refuseWith(nothingRuns(stack));
    throw error;
  });
  const inventory = await listEverything(docker);
  refuse(elsewhereProblems({ stack, state, inventory, host: engineHost() }));
  const running = runningIn({ stack, state, inventory });
  if (running.services.length + running.datastores.length + running.strangers.length === 0)
    refuseWith(nothingRuns(stack));
  return { ...running, docker };
};

const nothingRuns = (stack: Stack): Problem => ({
  path: `stack ${stack.name}`,
  message: "it is not running",
  cure: command("start", stack),
});

type Seen = { stack: Stack; state: State; inventory: Inventory };

/** The running parts of a stack, by its state and the engine's listing. */
export const runningIn = ({ stack, state, inventory }: Seen): Omit<RunningStack, "docker"> => {
  const published = readPublished({ stack: stack.name, state, inventory });
  const { plan, source } = published;
  // Without a record the plan was put together from the containers themselves.
  const containers = source === "record" ? containersIn(state) : partsIn(plan);
  const datastores = datastoresOf({ plan, containers });
  const own = ownContainers({ stack: stack.name, state, inventory });
  const known = partsIn(plan);
  return {
    ...{ stack, state, published, datastores },
    services: servicesIn({ plan, state }).filter(({ container }) => containers.has(container)),
    unplaced: unplacedOf({ own, inventory, published, datastores }),
    strangers: own.flatMap(({ container, system, name }) =>
      known.has(container) ? [] : [{ container, system, name }],
    ),
  };
};

/** The engine, if it answers; commands on a running stack start none. */
export const answeringEngine = async (): Promise<Docker> => {
  const host = engineHost();
  const docker = await connect(host);
  try {
    await docker.ping();
  } catch (error) {
    refuseWith(engineProblem({ error: error as NodeJS.ErrnoException, host }));
  }
  return docker;
};

type Sources = { plan: PublishedPlan; containers: ReadonlySet<string> };

/** The plan's datastores whose containers are there, in the plan's order. */
export const datastoresOf = ({ plan, containers }: Sources): RunningDatastore[] =>
  plan.datastores.filter((datastore): datastore is RunningDatastore => {
    const { container, volume } = datastore;
    return container !== undefined && volume !== undefined && containers.has(container);
  });

/** The program's outputs, and what an update that was killed before it told them has made by its plan. */
export const servicesIn = ({ plan, state }: { plan: PublishedPlan; state: State }): Service[] => {
  const told = servicesOf(state);
  const untold = plan.services.filter(({ container }) => !told.some((service) => service.container === container));
  return [
    ...told,
    ...untold.map(({ system, name, kind, container, hostPort, healthPath = "" }): Service => {
      const url = kind === "web" && hostPort !== undefined ? `http://localhost:${hostPort}` : undefined;
      const service = { system, service: name, kind, container };
      return url === undefined ? service : { ...service, url, healthUrl: url + healthPath };
    }),
  ];
};

/** Names of all containers that a plan speaks of. */
const partsIn = ({ services, datastores }: PublishedPlan): Set<string> =>
  new Set([...services, ...datastores].flatMap(({ container }) => container ?? []));

/** Names of the containers that the state holds. */
const containersIn = (state: State): Set<string> =>
  new Set(
    state.resources.flatMap(({ type, outputs }) =>
      type === CONTAINER && typeof outputs?.name === "string" ? [outputs.name] : [],
    ),
  );
