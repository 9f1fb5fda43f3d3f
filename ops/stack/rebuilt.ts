import { FORMAT, type PublishedDatastore, type PublishedPlan, type PublishedService } from "../../infra/plan/published";
import { dataVolumeOf } from "../../infra/naming";
import { isOthers, ownFolders } from "../../infra/targets/local/checkouts";
import { APP_FOLDER } from "../../infra/targets/local/images";
import { DATA_FORMAT_LABEL, PART_LABEL, STACK_LABEL, stackLabel, SYSTEM_LABEL } from "../../infra/targets/local/labels";
import type { Inventory } from "../../docker/inventory";
import type { Resource, State } from "./checkpoint";
import { CONTAINER, IMAGE, VOLUME } from "./drift";
import { servicesOf, type Service } from "./health";

type Engine = Pick<PublishedDatastore, "engine" | "version">;

/** A container of the stack, as its state or the engine tells of it. */
type Seen = {
  container: string;
  system: string;
  part: string;
  description: string;
  /** The volume of its data; a service has none. */
  volume?: string;
  engine?: Engine;
  /** The folder whose code it has mounted. */
  folder?: string;
  hostPort?: number;
};

type Sources = { stack: string; state: State; inventory?: Inventory };

/**
 * A plan put together from what the state and the engine hold, for a stack without a record. Which databases there are,
 * what needs what and which secrets there are stays unknown.
 */
export const rebuiltPlan = ({ stack, state, inventory }: Sources): PublishedPlan => {
  const inState = containersIn(state);
  const onEngine = inventory ? containersOn({ stack, inventory }) : [];
  const seen = [...inState, ...onEngine.filter(({ container }) => !inState.some((own) => own.container === container))];
  const told = servicesOf(state);
  const services = [...told.map((service) => toldService(service, seen)), ...untold(told, seen)];
  const datastores = seen.flatMap(datastoreIn);
  return {
    ...{ format: FORMAT, stack, target: told.length > 0 && seen.length === 0 ? "gcp" : "local" },
    mountsSource: seen.some(({ folder }) => folder !== undefined),
    systems: [...new Set([...services, ...datastores].map(({ system }) => system))].map((name) => ({
      ...{ name, title: name, runs: true },
    })),
    ...{ datastores, services, resting: [], secrets: [] },
  };
};

const toldService = ({ system, service, kind, container }: Service, seen: readonly Seen[]): PublishedService => {
  const found = seen.find((each) => each.container === container);
  return {
    ...{ id: `${system}/${service}`, system, name: service, container, needs: [], joins: [] },
    kind: kindOf(kind),
    description: found?.description ?? "",
    image: found?.folder ?? system,
    ...(found?.hostPort === undefined ? {} : { hostPort: found.hostPort }),
  };
};

const kinds = ["web", "worker", "scheduler", "job"] as const;
const kindOf = (told: string): PublishedService["kind"] => kinds.find((kind) => kind === told) ?? "worker";

/** Where the outputs are lost, what publishes a port answers there; what else it is nobody says. */
const untold = (told: readonly Service[], seen: readonly Seen[]): PublishedService[] =>
  told.length > 0
    ? []
    : seen
        .filter(({ volume }) => volume === undefined)
        .map(({ system, part, ...each }) =>
          toldService(
            { system, service: part, container: each.container, kind: each.hostPort === undefined ? "worker" : "web" },
            seen,
          ),
        );

const datastoreIn = ({ system, part, container, description, volume, engine, hostPort }: Seen): PublishedDatastore[] =>
  volume === undefined || engine === undefined
    ? []
    : [
        {
          ...{ id: `${system}/${part}`, system, name: part, description, container, volume },
          ...{ ...engine, runs: true, databases: [] },
          ...(hostPort === undefined ? {} : { hostPort }),
        },
      ];

/** The containers of the state that carry the labels of a part, as the provider writes them. */
const containersIn = ({ resources }: State): Seen[] => {
  const images = new Map(
    resources.flatMap(({ type, outputs }) => (type === IMAGE ? [[outputs?.imageId, String(outputs?.name)]] : [])),
  );
  const formats = new Map(
    resources.flatMap(({ type, outputs }) =>
      type === VOLUME ? [[String(outputs?.name), labelsIn(outputs)[DATA_FORMAT_LABEL]] as const] : [],
    ),
  );
  return resources.flatMap(({ type, outputs = {}, delete: isLeftOver }) => {
    const container = outputs.name;
    const labels = labelsIn(outputs);
    const { [SYSTEM_LABEL]: system, [PART_LABEL]: part } = labels;
    if (type !== CONTAINER || isLeftOver || typeof container !== "string" || !system || !part) return [];
    const mounts = (outputs.volumes ?? []) as { volumeName?: string; containerPath?: string; hostPath?: string }[];
    const volume = mounts.find(({ volumeName }) => volumeName === dataVolumeOf(container))?.volumeName;
    const [port] = (outputs.ports ?? []) as { external?: number }[];
    const folder = mounts
      .find(({ containerPath }) => containerPath === APP_FOLDER)
      ?.hostPath?.split("/")
      .at(-1);
    return [
      {
        ...{ container, system, part, description: labels[`com.${system}.description`] ?? "" },
        ...(volume === undefined ? {} : { volume, ...engineOf(images.get(outputs.image), formats.get(volume)) }),
        ...(folder ? { folder } : {}),
        ...(port?.external === undefined ? {} : { hostPort: port.external }),
      },
    ];
  });
};

const labelsIn = (outputs: Resource["outputs"]): Record<string, string> =>
  Object.fromEntries(
    ((outputs?.labels ?? []) as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
  );

/** The containers on the engine that this clone made for the stack. */
const containersOn = ({ stack, inventory }: { stack: string; inventory: Inventory }): Seen[] => {
  const formats = new Map(inventory.volumes.map(({ name, labels }) => [name, labels[DATA_FORMAT_LABEL]]));
  const own = ownFolders();
  return inventory.containers.flatMap(({ name: container, labels, volumes }) => {
    const { [SYSTEM_LABEL]: system, [PART_LABEL]: part } = labels;
    if (labels[STACK_LABEL] !== stackLabel(stack) || isOthers({ labels }, own) || !system || !part) return [];
    const volume = volumes.find((name) => name === dataVolumeOf(container));
    return [
      {
        ...{ container, system, part, description: labels[`com.${system}.description`] ?? "" },
        ...(volume === undefined ? {} : { volume, ...engineOf(undefined, formats.get(volume)) }),
      },
    ];
  });
};

/** By the name of its image (`mirror.example/postgres:15-bookworm`), else by the volume's label (`postgres 15 glibc`). */
const engineOf = (image = "", format = ""): { engine?: Engine } => {
  const [, name = "", tag = ""] = /([^/:]+):([\w.-]+)$/.exec(image) ?? /^(\S+) (\S+)/.exec(format) ?? [];
  const engine = engines[name];
  const version = /^\d+(\.\d+)*/.exec(tag)?.[0];
  return engine === undefined || version === undefined ? {} : { engine: { engine, version } };
};

/** As the last part of an official image's name, or a data format, calls it. */
const engines: Readonly<Record<string, PublishedDatastore["engine"]>> = {
  ...{ postgres: "postgres", postgis: "postgis", mariadb: "mariadb", redis: "redis" },
  ...{ localstack: "messaging", messaging: "messaging" },
};
