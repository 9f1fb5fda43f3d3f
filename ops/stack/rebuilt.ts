import { FORMAT, type PublishedDatastore, type PublishedPlan, type PublishedService } from "../../infra/plan/published";
import { ownContainers, type OwnContainer, type Sources } from "./containers";
import { servicesOf, type Service } from "./health";

/**
 * A plan put together from what the state and the engine hold, for a stack without a record. Which databases there are,
 * what needs what and which secrets there are stays unknown.
 */
export const rebuiltPlan = (of: Sources): PublishedPlan => {
  const seen = ownContainers(of).filter(({ isLabelled }) => isLabelled);
  const told = servicesOf(of.state);
  const services = [...told.map((service) => toldService(service, seen)), ...(told.length > 0 ? [] : untold(seen))];
  const datastores = seen.flatMap(datastoreIn);
  return {
    ...{ format: FORMAT, stack: of.stack, target: told.length > 0 && seen.length === 0 ? "gcp" : "local" },
    mountsSource: seen.some(({ folder }) => folder !== undefined),
    systems: [...new Set([...services, ...datastores].map(({ system }) => system))].map((name) => ({
      ...{ name, title: name, runs: true },
    })),
    ...{ datastores, services, resting: [], secrets: [] },
  };
};

type Seen = readonly OwnContainer[];

const toldService = ({ system, service, kind, container }: Service, seen: Seen): PublishedService => {
  const found = seen.find((each) => each.container === container);
  return {
    ...{ id: `${system}/${service}`, system, name: service, container, needs: [], joins: [] },
    kind: kinds.find((each) => each === kind) ?? "worker",
    description: found?.description ?? "",
    image: found?.folder ?? system,
    ...(found?.hostPort === undefined ? {} : { hostPort: found.hostPort }),
  };
};

const kinds = ["web", "worker", "scheduler", "job", "scheduled"] as const;

/** Without outputs, a container that publishes a port counts as web; the other kinds cannot be told apart. */
const untold = (seen: Seen): PublishedService[] =>
  seen
    .filter(({ volume }) => volume === undefined)
    .map(({ system, name: service, container, hostPort }) =>
      toldService({ system, service, container, kind: hostPort === undefined ? "worker" : "web" }, seen),
    );

const datastoreIn = ({ system, name, container, description, volume, ...of }: OwnContainer): PublishedDatastore[] => {
  const engine = engineOf(of);
  if (volume === undefined || engine === undefined) return [];
  return [
    {
      ...{ id: `${system}/${name}`, system, name, description, container, volume },
      ...{ ...engine, runs: true, databases: [] },
      ...(of.hostPort === undefined ? {} : { hostPort: of.hostPort }),
    },
  ];
};

type Described = Pick<OwnContainer, "image" | "format">;
type Engine = Pick<PublishedDatastore, "engine" | "version">;

/** It is read from the image's name (`mirror.example/postgres:15-bookworm`), else from the volume's label (`postgres 15 glibc`). */
const engineOf = ({ image = "", format = "" }: Described): Engine | undefined => {
  const [, name = "", tag = ""] = /([^/:]+):([\w.-]+)$/.exec(image) ?? /^(\S+) (\S+)/.exec(format) ?? [];
  const engine = engines[name];
  const version = /^\d+(\.\d+)*/.exec(tag)?.[0];
  return engine === undefined || version === undefined ? undefined : { engine, version };
};

/** As the last part of an official image's name, or a data format, calls it. */
const engines: Readonly<Record<string, PublishedDatastore["engine"]>> = {
  ...{ postgres: "postgres", postgis: "postgis", mariadb: "mariadb", redis: "redis" },
  ...{ localstack: "messaging", messaging: "messaging" },
};
