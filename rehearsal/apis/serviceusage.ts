import type { Api, Call, Cloud, Work } from "../api";
import { enabledServices, isEnabled, setEnabled } from "../enabled";
import { failedPrecondition, invalidArgument, permissionDenied } from "../errors";
import { isService } from "../limits/names";
import { lastOf, nameIn } from "../names";
import { services as googlesServices } from "../names-of-google";
import { operationNamed } from "../operation-handlers";
import { operationId } from "../operations";
import { own } from "../own";
import { pageOf } from "../pages";
import type { Resource } from "../store";

/** https://cloud.google.com/service-usage/docs/reference/rest */

/**
 * Others that need a service: it is disabled only with them, or when they are not enabled. Those of which public issues tell
 * (github.com/GoogleCloudPlatform/magic-modules/pull/4200, github.com/kubernetes/k8s.io/pull/2405; 2026-11-29).
 */
const NEEDED_BY: Record<string, readonly string[]> = {
  "compute.googleapis.com": [
    "container.googleapis.com",
    "servicenetworking.googleapis.com",
    "vpcaccess.googleapis.com",
  ],
  "containerregistry.googleapis.com": ["container.googleapis.com"],
  "oslogin.googleapis.com": ["compute.googleapis.com"],
  "pubsub.googleapis.com": ["containerregistry.googleapis.com"],
  "storage-api.googleapis.com": ["containerregistry.googleapis.com"],
};

const batchEnable = (call: Call): Resource => {
  const services = (call.body["serviceIds"] ?? []) as string[];
  if (services.length === 0) throw invalidArgument("At least one service must be specified.");
  services.forEach(checkService);
  return startOperation(call, "serviceusage.batchEnable", services);
};

const enable = (call: Call): Resource => startOperation(call, "serviceusage.enable", [serviceOf(call)]);

const disable = (call: Call): Resource => {
  const service = serviceOf(call);
  // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/disable
  if (!isEnabled(call, service)) throw failedPrecondition(`The service ${service} is not enabled.`);
  const others = (own(NEEDED_BY, service) ?? []).filter((name) => isEnabled(call, name));
  if (others.length > 0 && !call.body["disableDependentServices"])
    throw failedPrecondition(
      `The service ${service} is depended on by the following active service(s): ${others.join(",")}; Please specify disable_dependent_services=true if you want to proceed with disabling all services.`,
    );
  return startOperation(call, "serviceusage.disable", [service, ...others]);
};

const startOperation = (call: Call, work: string, services: string[]): Resource =>
  call.operations.start({
    name: `${operationsOf(call)}${operationId()}`,
    work,
    input: { services },
  });

/** Switches the services of an operation; a batch answers with all of them, the others with the one that was named. */
const switching =
  (of: { enabled: boolean; response: string }): Work =>
  (cloud) => {
    const services = cloud.input["services"] as string[];
    for (const service of services) setEnabled(cloud, service, of.enabled);
    const after = services.map((service) => shown(cloud, service));
    return Promise.resolve({
      "@type": `type.googleapis.com/google.api.serviceusage.v1.${of.response}`,
      ...(of.response.startsWith("Batch") ? { services: after } : { service: after[0] }),
    });
  };

const list = (call: Call): Resource => {
  const { filter } = call.query as { filter?: string };
  if (filter && !/^state:(ENABLED|DISABLED)$/.test(filter)) throw invalidArgument(`Invalid filter: ${filter}`);
  const services = [...new Set([...googlesServices, ...enabledServices(call)])].sort();
  return pageOf({ call, key: "services", items: services.map((service) => shown(call, service)) });
};

/** https://cloud.google.com/service-usage/docs/reference/rest/v1/operations/list: those of the project alone. */
const listOperations = (call: Call): Resource => {
  const items = call.operations.list(operationsOf(call));
  // The language of its filter has words of its own (consumer, parent), and all operations here are the one project's.
  return pageOf({ call, key: "operations", items, asked: { ...call.query, filter: "" } });
};

const operationsOf = ({ project }: Pick<Call, "project">): string => `operations/acat.p2-${project.number}-`;

const batchGet = (call: Call): Resource => {
  const names = (call.query["names"] ?? []) as string[];
  return { services: names.map((name) => shown(call, lastOf(name))) };
};

const shown = (cloud: Cloud, service: string): Resource => ({
  name: `projects/${cloud.project.number}/services/${service}`,
  parent: `projects/${cloud.project.number}`,
  config: { name: service },
  state: isEnabled(cloud, service) ? "ENABLED" : "DISABLED",
});

const serviceOf = (call: Call): string => {
  const service = lastOf(nameIn(call));
  checkService(service);
  return service;
};

const checkService = (service: string): void => {
  if (!isService(service)) throw permissionDenied(`Not found or permission denied for service(s): ${service}.`);
};

export const serviceusage: Api = {
  name: "serviceusage",
  versions: ["v1"],
  service: "serviceusage.googleapis.com",
  handlers: {
    "serviceusage.services.batchEnable": batchEnable,
    "serviceusage.services.enable": enable,
    "serviceusage.services.disable": disable,
    "serviceusage.services.get": (call) => shown(call, serviceOf(call)),
    "serviceusage.services.batchGet": batchGet,
    "serviceusage.services.list": list,
    "serviceusage.operations.list": listOperations,
    "serviceusage.operations.get": (call) => operationNamed(call, call.params["name"] ?? ""),
  },
  works: {
    "serviceusage.batchEnable": switching({ enabled: true, response: "BatchEnableServicesResponse" }),
    "serviceusage.enable": switching({ enabled: true, response: "EnableServiceResponse" }),
    "serviceusage.disable": switching({ enabled: false, response: "DisableServiceResponse" }),
  },
};
