import type { Inventory } from "./engine";
import { logicalName, type Resource } from "./state";

/**
 * What the state says is there and the engine does not have, one line each. Pulumi would not notice without
 * `--refresh`, which costs seconds on every update; this costs one listing.
 */
export const driftOf = (resources: readonly Resource[], engine: Inventory): string[] => {
  const known = indexed(engine);
  return resources.flatMap((resource) => {
    if (resource.external || resource.delete || !resource.id) return [];
    const lost = lostIn(known, resource);
    return lost ? [`${nameOf(resource)}: ${lost}`] : [];
  });
};

type Known = { containers: Map<string, boolean>; networks: Set<string>; volumes: Set<string>; images: Set<string> };

const indexed = (engine: Inventory): Known => ({
  containers: new Map(engine.containers.map(({ id, running }) => [id, running])),
  networks: new Set(engine.networks.map(({ id }) => id)),
  volumes: new Set(engine.volumes.map(({ id }) => id)),
  images: new Set(engine.images),
});

const lostIn = (known: Known, { type, id = "", outputs = {} }: Resource): string | undefined => {
  switch (type) {
    case "docker:index/container:Container":
      return lostContainer(known.containers.get(id), outputs);
    case "docker:index/network:Network":
      return known.networks.has(id) ? undefined : "the network is gone";
    case "docker:index/volume:Volume":
      return known.volumes.has(id) ? undefined : "the volume is gone, and its data with it";
    case "docker:index/remoteImage:RemoteImage":
      return known.images.has(String(outputs.imageId)) ? undefined : "the image is gone";
    default:
      return undefined;
  }
};

/** A one-shot (`mustRun: false`) has done its work and only has to be there. */
const lostContainer = (running: boolean | undefined, outputs: Record<string, unknown>): string | undefined => {
  if (running === undefined) return "the container is gone";
  if (!running && outputs.mustRun !== false) return "the container is not running";
  return undefined;
};

const nameOf = ({ urn, outputs }: Resource): string =>
  typeof outputs?.name === "string" ? outputs.name : logicalName(urn);
