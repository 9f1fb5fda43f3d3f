import type { Container, Inventory } from "../../docker/inventory";
import { thisClone } from "../../infra/targets/local/clone";
import type { Resource } from "../../ops/stack/checkpoint";

/** A small stack as the file backend writes it: a network, a volume, an image, a migration and a web service. */
export const resources: Resource[] = [
  resource("network:Network", "network", "network-id", { name: "leads_dev_network" }),
  resource("volume:Volume", "data", "leads_dev_data", { name: "leads_dev_data" }),
  resource("remoteImage:RemoteImage", "python", "sha256:1python:3.13", { imageId: "sha256:1" }),
  container("migrate", { mustRun: false }),
  container("web", {}),
];

/** The engine when all of it is well. */
export const running = (): Inventory => ({
  engine: "engine",
  containers: [listed("migrate", false), listed("web", true)],
  networks: [{ id: "network-id", name: "leads_dev_network", labels }],
  volumes: [{ id: "leads_dev_data", name: "leads_dev_data", labels }],
  images: ["sha256:1"],
});

const labels = {
  "dev.fleet.stack": "fleet/dev",
  "dev.fleet.checkout": process.cwd(),
  "dev.fleet.clone": thisClone().id,
};

function resource(type: string, name: string, id: string, outputs: Record<string, unknown>): Resource {
  return { urn: `urn:pulumi:dev::fleet::docker:index/${type}::${name}`, type: `docker:index/${type}`, id, outputs };
}

function container(name: string, outputs: Record<string, unknown>): Resource {
  return {
    ...resource("container:Container", name, `${name}-id`, { name: `leads_dev_${name}`, ...outputs }),
    inputs: { networkMode: "leads_dev_network", networksAdvanceds: [{ name: "leads_dev_network" }] },
  };
}

const listed = (name: string, isRunning: boolean): Container => ({
  id: `${name}-id`,
  name: `leads_dev_${name}`,
  labels,
  running: isRunning,
  networks: { leads_dev_network: "network-id" },
  volumes: [],
});
