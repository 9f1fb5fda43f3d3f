import type { Container, Inventory } from "../../docker/inventory";
import { logicalName, type Resource } from "./checkpoint";

/** The differences between the state and the engine. */
export type Drift = {
  /** Missing resources: `up --refresh` recreates them. */
  gone: Finding[];
  /** Containers that only have to be started. */
  stopped: Finding[];
  /** Containers whose network was removed: they cannot be moved to the new one, so they are recreated. */
  cutOff: Finding[];
};

export type Finding = { resource: Resource; line: string };

/**
 * Pulumi would not notice any of this without `--refresh`, which costs seconds on every update; this costs one
 * listing.
 */
export const driftOf = (resources: readonly Resource[], engine: Inventory): Drift => {
  const drift: Drift = { gone: [], stopped: [], cutOff: [] };
  const containers = new Map(engine.containers.map((container) => [container.id, container]));
  const networks = new Set(engine.networks.map(({ id }) => id));
  const others = idsByType(engine);

  for (const resource of resources) {
    if (resource.external || resource.delete || !resource.id) continue;
    const find = (kind: keyof Drift, what: string): number =>
      drift[kind].push({ resource, line: `${physicalName(resource)}: ${what}` });
    if (resource.type !== CONTAINER) {
      const ids = others[resource.type];
      if (ids && !ids.has(idIn(resource))) find("gone", `the ${nouns[resource.type]} is gone`);
      continue;
    }
    const container = containers.get(resource.id);
    if (!container) find("gone", "the container is gone");
    else if (isOneShot(resource)) continue;
    else if (isCutOff({ resource, container, networks })) find("cutOff", "the container has lost its network");
    else if (!container.running) find("stopped", "the container is not running");
  }
  return drift;
};

export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
export const NETWORK = "docker:index/network:Network";
export const IMAGE = "docker:index/remoteImage:RemoteImage";
const nouns: Record<string, string> = { [NETWORK]: "network", [VOLUME]: "volume", [IMAGE]: "image" };

const idsByType = (engine: Inventory): Record<string, Set<string>> => ({
  [NETWORK]: new Set(engine.networks.map(({ id }) => id)),
  [VOLUME]: new Set(engine.volumes.map(({ id }) => id)),
  [IMAGE]: new Set(engine.images),
});

/** The provider's id of an image is the engine's with the name behind it. */
const idIn = ({ type, id = "", outputs }: Resource): string => (type === IMAGE ? String(outputs?.imageId) : id);

/** A one-shot has done its work and only has to exist. */
const isOneShot = ({ outputs }: Resource): boolean => outputs?.mustRun === false;

const isCutOff = (of: { resource: Resource; container: Container; networks: ReadonlySet<string> }): boolean =>
  expectedNetworks(of.resource).some((expected) => {
    const [, id] = Object.entries(of.container.networks).find((entry) => entry.includes(expected)) ?? [];
    // A stopped container keeps the id of a network that was removed under it.
    return id === undefined || (id !== "" && !of.networks.has(id));
  });

/** The networks' names or ids, as the program wrote them. */
const expectedNetworks = ({ inputs = {} }: Resource): string[] => {
  const mode = typeof inputs.networkMode === "string" ? inputs.networkMode : "bridge";
  const own = /^(bridge|default|none|host|container:.*)$/.test(mode) ? [] : [mode];
  // The wire's name is a plural of the program's in some versions of the plugin.
  const advanced = (inputs.networksAdvanceds ?? inputs.networksAdvanced ?? []) as { name: string }[];
  return [...own, ...advanced.map(({ name }) => name)];
};

const physicalName = ({ urn, outputs }: Resource): string =>
  typeof outputs?.name === "string" ? outputs.name : logicalName(urn);
