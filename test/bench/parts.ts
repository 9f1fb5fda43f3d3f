import type Docker from "dockerode";
import type { Plan } from "../../infra/catalogue/plan";

/** A container as the engine describes it; the types of dockerode leave one field out. */
export type Container = Docker.ContainerInspectInfo & { Config: { StopTimeout?: number } };

/** A container of a running stack, and what it waits for, in Compose's words. */
export type Part = { name: string; container: Container; needs: readonly Need[] };

export type Need = {
  name: string;
  condition: "service_started" | "service_healthy" | "service_completed_successfully";
};

/**
 * The containers of a running stack in the order in which the program makes them. The plan tells what waits for what;
 * all else is read from the engine, so it cannot differ from what runs.
 */
export const partsOf = ({ plan, containers }: { plan: Plan; containers: readonly Container[] }): Part[] => {
  const find = (id: string): Container | undefined => containers.find((container) => idOf(container) === id);
  /** The one-shot in a server's network that ends when the server is ready. */
  const companionOf = (server: Container): Container | undefined =>
    containers.find((container) => sharedWith(container) === server.Id);
  const readiness = (id: string): Need[] => {
    const container = find(id);
    return container ? [whenReady(companionOf(container) ?? container)] : [];
  };

  return containers.map((container) => {
    const server = containers.find(({ Id }) => Id === sharedWith(container));
    const service = plan.services.find(({ id }) => id === idOf(container));
    const needs = server ? [whenStarted(server)] : (service?.needs.flatMap(readiness) ?? []);
    return { name: nameOf(container), container, needs };
  });
};

/** Asks the engine about every container of a stack. */
export const containersOf = async ({ docker, stack }: { docker: Docker; stack: string }): Promise<Container[]> => {
  const found = await docker.listContainers({ all: true, filters: { label: [`dev.fleet.stack=fleet/${stack}`] } });
  return Promise.all(found.map(({ Id }) => docker.getContainer(Id).inspect()));
};

/** The id of the container whose network it shares. */
export const sharedWith = ({ HostConfig }: Container): string | undefined =>
  /^container:(.+)$/.exec(HostConfig.NetworkMode ?? "")?.[1];

/** `leads/web`, as in the plan. */
const idOf = ({ Config }: Container): string =>
  `${Config.Labels["dev.fleet.system"]}/${Config.Labels["dev.fleet.part"]}`;

/** `leads_web`: the name of its service in the Compose file. */
export const nameOf = (container: Container): string => idOf(container).replace("/", "_");

const whenStarted = (container: Container): Need => ({ name: nameOf(container), condition: "service_started" });

/** A one-shot is not started again once it has ended. */
const whenReady = (container: Container): Need => ({
  name: nameOf(container),
  condition: isOneShot(container) ? "service_completed_successfully" : "service_healthy",
});

const isOneShot = ({ HostConfig }: Container): boolean => ["", "no"].includes(HostConfig.RestartPolicy?.Name ?? "");
