import type Docker from "dockerode";
import { catalogue } from "../../infra/catalogue";
import type { Datastore, System } from "../../infra/catalogue/vocabulary";
import { containerName, volumeName } from "../../infra/naming";
import { refuse } from "../../infra/problems";
import { CONTAINER } from "./drift";
import { connect, engineHost } from "../../docker/connect";
import { servicesOf, type Service } from "./health";
import { engineProblem } from "../../docker/unreachable";
import { command, requireStack, type Stack } from "./stack";
import { readState, type State } from "./checkpoint";

/** A datastore that the stack runs. */
export type RunningDatastore = {
  system: string;
  name: string;
  container: string;
  volume: string;
  definition: Datastore;
};

/** What a command on a running stack works with: what its state says, and an engine that answers. */
export type RunningStack = {
  stack: Stack;
  docker: Docker;
  state: State;
  services: Service[];
  datastores: RunningDatastore[];
};

/**
 * Reads a stack from its state file, without starting a CLI (which takes half a second).
 * @throws ProblemsError where nothing of it runs in Docker here, or no engine answers.
 */
export const openStack = async (name: string): Promise<RunningStack> => {
  const stack = requireStack(name);
  const state = readState(stack);
  const containers = containersIn(state);
  const services = state ? servicesOf(state) : [];
  if (!state || services.length === 0)
    refuse([{ path: `stack ${name}`, message: "nothing of it runs yet", cure: command("start", stack) }]);
  if (containers.size === 0)
    refuse([
      {
        path: `stack ${name}`,
        message: "it does not run in Docker on this machine, and this command looks there",
        cure: "name a stack that does; they are listed by: ./fleet stacks",
      },
    ]);
  return {
    stack,
    docker: await answeringEngine(),
    state: state as State,
    services: services.filter(({ container }) => containers.has(container)),
    datastores: datastoresOf({ stack: name, containers }),
  };
};

/** The engine, if it answers; commands on a running stack start none. */
export const answeringEngine = async (): Promise<Docker> => {
  const host = engineHost();
  const docker = await connect(host);
  try {
    await docker.ping();
  } catch (error) {
    refuse([engineProblem({ error: error as NodeJS.ErrnoException, host })]);
  }
  return docker;
};

/** The catalogue's datastores whose containers the state holds, in the catalogue's order. */
export const datastoresOf = ({
  stack,
  containers,
}: {
  stack: string;
  containers: ReadonlySet<string>;
}): RunningDatastore[] =>
  Object.entries<System>(catalogue).flatMap(([system, { datastores }]) =>
    Object.entries(datastores)
      .map(([name, definition]) => ({
        system,
        name,
        container: containerName({ stack, system, role: name }),
        volume: volumeName({ stack, system, role: name }),
        definition,
      }))
      .filter(({ container }) => containers.has(container)),
  );

/** Names of the containers that the state holds. */
const containersIn = (state: State | undefined): Set<string> =>
  new Set(
    (state?.resources ?? []).flatMap(({ type, outputs }) =>
      type === CONTAINER && typeof outputs?.name === "string" ? [outputs.name] : [],
    ),
  );
