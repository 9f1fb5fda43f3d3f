import type Docker from "dockerode";
import type { Plan, PlannedDatastore } from "../../infra/plan/plan";
import { readyStep } from "../../infra/targets/local/ready";

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
 * all else is read from the engine, so it cannot differ from what runs. What the program does inside a server to make
 * it ready is a one-shot beside the server here: the soonest that Compose can go on, far before its health check.
 */
export const partsOf = ({
  plan,
  containers,
  secretOf,
}: {
  plan: Plan;
  containers: readonly Container[];
  secretOf: (name: string) => string;
}): Part[] => {
  const find = (id: string): Container | undefined => containers.find((container) => idOf(container) === id);
  const steps = [...plan.datastores.values()].flatMap((datastore) => {
    const server = find(datastore.id);
    return server ? [{ datastore, server, step: stepBeside({ datastore, server, secretOf }) }] : [];
  });
  const readiness = (id: string): Need[] => {
    const container = steps.find(({ datastore }) => datastore.id === id)?.step ?? find(id);
    return container ? [whenReady(container)] : [];
  };
  return [
    ...containers.map((container) => {
      const service = plan.services.get(idOf(container));
      return { name: nameOf(container), container, needs: service?.needs.flatMap(readiness) ?? [] };
    }),
    ...steps.map(({ server, step }) => ({ name: nameOf(step), container: step, needs: [whenStarted(server)] })),
  ];
};

const stepBeside = ({
  datastore,
  server,
  secretOf,
}: {
  datastore: PlannedDatastore;
  server: Container;
  secretOf: (name: string) => string;
}): Container => {
  const { script, secrets } = readyStep(datastore);
  return {
    ...server,
    Id: `step-of-${server.Id}`,
    Config: {
      ...server.Config,
      Labels: { ...server.Config.Labels, "dev.fleet.part": `${datastore.name}_ready` },
      Entrypoint: ["sh", "-euc", script],
      Cmd: [],
      Env: Object.entries(secrets).map(([name, secret]) => `${name}=${secretOf(secret)}`),
      Healthcheck: { Test: ["NONE"] },
    },
    HostConfig: {
      ...server.HostConfig,
      NetworkMode: `container:${server.Id}`,
      RestartPolicy: { Name: "no" },
      PortBindings: {},
    },
    Mounts: [],
  };
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
