import type Docker from "dockerode";
import type { Service } from "../ops/stack/health";
import { healthOf } from "../docker/health";
import type { Running } from "./graph";
import type { Part, Status } from "./messages";

/** A part as the stack's outputs and its published plan know it, before its container is looked at. */
export type Expected = Pick<Part, "id" | "system" | "name" | "kind" | "description" | "container" | "url">;

/** Services and jobs in the order of the outputs, after the datastores of their system. */
export const expectedParts = ({ plan, services }: Running): Expected[] => {
  const systems = [...new Set(services.map(({ system }) => system))];
  return systems.flatMap((system) => [
    ...plan.datastores
      .filter((datastore) => datastore.system === system && datastore.runs)
      // Without a server of ours (messaging in the cloud) there is nothing to find.
      .map(({ id, name, engine: kind, description, container = "" }) => ({
        id,
        system,
        name,
        kind,
        description,
        container,
      })),
    ...services.filter((service) => service.system === system).map((service) => expectedService({ plan, service })),
  ]);
};

const expectedService = ({ plan, service }: Pick<Running, "plan"> & { service: Service }): Expected => {
  const id = `${service.system}/${service.service}`;
  return {
    id,
    system: service.system,
    name: service.service,
    kind: service.kind,
    description: plan.services.find((planned) => planned.id === id)?.description ?? "",
    container: service.container,
    ...(service.url === undefined ? {} : { url: service.url }),
  };
};

type Found = {
  expected: Expected;
  container: Docker.ContainerInspectInfo | undefined;
  image: string | undefined;
  /** Its status without a container. */
  missing?: "gone" | "elsewhere";
};

/** A part with what the engine says of its container, if there is one, and the name of its image. */
export const partOf = ({ expected, container, image, missing = "gone" }: Found): Part => {
  if (!container) return { ...expected, status: missing, env: [] };
  const { State: state, Config, HostConfig, RestartCount } = container;
  const { status, detail } = statusOf({ kind: expected.kind, state });
  return {
    ...expected,
    container: container.Name.replace(/^\//, ""),
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(image === undefined ? {} : { image }),
    ...(hasTime(state.StartedAt) ? { startedAt: state.StartedAt } : {}),
    ...(!state.Running && hasTime(state.FinishedAt) ? { finishedAt: state.FinishedAt } : {}),
    restarts: RestartCount,
    env: namesOf(Config.Env ?? []),
    ...(HostConfig.NanoCpus ? { cpuLimit: HostConfig.NanoCpus / 1e9 } : {}),
    ...(HostConfig.Memory ? { memoryLimit: HostConfig.Memory / 2 ** 20 } : {}),
  };
};

type State = Docker.ContainerInspectInfo["State"];

const statusOf = ({ kind, state }: { kind: string; state: State }): { status: Status; detail?: string } => {
  const ended = `exit code ${state.ExitCode}${state.OOMKilled ? ", out of memory" : ""}`;
  if (state.Restarting) return { status: "restarting", detail: ended };
  if (state.Running) return { status: state.Paused ? "stopped" : (healthOf(state) ?? "running") };
  if (kind === "job") return state.ExitCode === 0 ? { status: "done" } : { status: "failed", detail: ended };
  return { status: "stopped", detail: ended };
};

/** The engine's zero time stands for never. */
const hasTime = (time: string): boolean => !time.startsWith("0001-");

/** `NAME=value` has a value only for the container. */
const namesOf = (env: readonly string[]): string[] => env.map((entry) => entry.split("=", 1)[0] ?? "").sort();
