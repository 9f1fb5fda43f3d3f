import type { Call } from "../../api";
import { aborted, alreadyExists, badRequest, notFound } from "../../errors";
import { applyMask } from "../../masks";
import { lastOf, nameOf } from "../../names";
import { operationId } from "../../operations";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { reconciling } from "./conditions";
import { localHostOf, OWNER, RunMachine, serviceResource } from "./machine";
import { born, nextGeneration, sameJson, withEtag, withoutOutputs } from "./resources";
import { newRevision } from "./revisions";
import { SERVICES, type RevisionTemplate, type Service, type TrafficTarget } from "./shapes";
import { checkTemplate, withDefaults } from "./template";

const ID = /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/;
const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";

export const createService = (call: Call): Resource => {
  const id = call.query["serviceId"] as string;
  if (!ID.test(id)) {
    const description = `Violation in field service.name: ${id} is not a valid name: only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters.`;
    throw badRequest({ field: "service_id", description });
  }
  const name = `${nameOf(call, call.params["parent"] ?? "")}/services/${id}`;
  if (call.store.get(SERVICES, name)) throw alreadyExists(`Resource '${id}' already exists.`);
  return make(call, name);
};

const make = (call: Call, name: string): Resource => {
  const asked = call.body as Partial<Service>;
  const template = checkedTemplate(call, asked.template ?? {});
  const base = { ...withoutOutputs(asked), ...born(name), lastModifier: OWNER };
  const revision = newRevision(call, { service: name, generation: "1", template });
  const uri = `http://${localHostOf(call, name)}:${RunMachine.of(call).portFor(name)}`;
  return deploy(call, {
    ...base,
    ...outputs("1"),
    ingress: asked.ingress ?? "INGRESS_TRAFFIC_ALL",
    launchStage: asked["launchStage"] ?? "GA",
    template: withDefaults(call, template),
    traffic: checkedTraffic(asked.traffic),
    trafficStatuses: [],
    latestCreatedRevision: revision,
    uri,
    urls: [uri],
  } as unknown as Service);
};

export const patchService = (call: Call): Resource => {
  const name = nameOf(call, call.params["name"] ?? "");
  const service = call.store.get<Service>(SERVICES, name);
  if (!service && call.query["allowMissing"] === true) return make(call, name);
  if (!service) throw missing(name);
  checkEtag(call.body["etag"], service);
  const from = withoutOutputs(call.body);
  const changed = applyMask({ mask: call.query["updateMask"] as string, from, to: service }) as Service;
  const template = withDefaults(call, checkedTemplate(call, changed.template));
  const next = nextGeneration(service);
  const isNew = !sameJson(withoutName(template), withoutName(service.template));
  return deploy(call, {
    ...changed,
    ...outputs(service.observedGeneration),
    ...next,
    template,
    traffic: checkedTraffic(changed.traffic),
    latestCreatedRevision: isNew
      ? newRevision(call, { service: name, generation: next.generation, template })
      : service.latestCreatedRevision,
  });
};

const outputs = (observedGeneration: string) => ({
  observedGeneration,
  reconciling: true,
  terminalCondition: reconciling("Ready"),
  conditions: [reconciling("RoutesReady"), reconciling("ConfigurationsReady")],
});

/** Another name alone makes no other revision. */
const withoutName = ({ revision: _, ...template }: RevisionTemplate): Resource => template;

const checkedTemplate = (call: Call, template: RevisionTemplate): RevisionTemplate => {
  checkTemplate(call, template);
  return template;
};

const checkedTraffic = (traffic: TrafficTarget[] | undefined): TrafficTarget[] => {
  if (!traffic || traffic.length === 0) return [{ type: LATEST, percent: 100 }];
  const sum = traffic.reduce((total, { percent = 0 }) => total + percent, 0);
  if (sum !== 100) {
    const description = `Violation in field service.traffic: Traffic targets must sum to 100%, they sum to ${sum}%.`;
    throw badRequest({ field: "service.traffic", description });
  }
  return traffic;
};

const deploy = (call: Call, service: Service): Resource => {
  const kept = withEtag(service);
  if (call.query["validateOnly"] === true) return { name: operationName(kept.name), done: true, response: shown(kept) };
  call.store.put(SERVICES, kept.name, kept);
  return startOperation(call, kept.name, "run.deploy", kept);
};

export const deleteService = (call: Call): Resource => {
  const service = find(call);
  checkEtag(call.query["etag"], service);
  return startOperation(call, service.name, "run.delete", service);
};

/** An operation on a resource; its metadata is the resource, as Cloud Run has it. */
export const startOperation = (call: Call, name: string, work: string, resource: Resource): Resource =>
  call.operations.start({
    name: operationName(name),
    work,
    input: { name, generation: resource["generation"] },
    metadata: { "@type": typeOf(name), ...resource },
  });

const operationName = (name: string): string => `${name.split("/").slice(0, 4).join("/")}/operations/${operationId()}`;

/** The protobuf type of a resource in an operation. */
export const typeOf = (name: string): string => {
  const types: Record<string, string> = { services: "Service", jobs: "Job", executions: "Execution" };
  return `type.googleapis.com/google.cloud.run.v2.${types[name.split("/").at(-2) ?? ""]}`;
};

export const getService = (call: Call): Resource => shown(find(call));

export const listServices = (call: Call): Resource =>
  pageOf({
    call,
    key: "services",
    items: call.store.list<Service>(SERVICES, `${nameOf(call, call.params["parent"] ?? "")}/services/`).map(shown),
  });

export const serviceOfPolicy = (call: Call): string => {
  const name = nameOf(call, call.params["resource"] ?? "");
  if (!call.store.get(SERVICES, name)) throw missing(name);
  return serviceResource(name);
};

/** proto3 JSON leaves false out. */
const shown = ({ reconciling, ...service }: Service): Resource => ({ ...service, ...(reconciling && { reconciling }) });

const find = (call: Call): Service => {
  const name = nameOf(call, call.params["name"] ?? "");
  const service = call.store.get<Service>(SERVICES, name);
  if (!service) throw missing(name);
  return service;
};

export const missing = (name: string): Error =>
  notFound(
    `Resource '${lastOf(name)}' of kind 'SERVICE' in region '${name.split("/")[3]}' in project '${name.split("/")[1]}' does not exist.`,
  );

export const checkEtag = (given: unknown, { etag, name }: { etag: string; name: string }): void => {
  if (typeof given === "string" && given !== "" && given !== etag)
    throw aborted(
      `Conflict for resource '${lastOf(name)}': version '${given}' was specified but current version is '${etag}'.`,
    );
};
