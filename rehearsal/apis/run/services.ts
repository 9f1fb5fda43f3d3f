import type { Call } from "../../api";
import { OWNER } from "../../callers";
import { badRequest } from "../../errors";
import { withEtag } from "../../etags";
import { refuseSecond } from "../../kept";
import { patched } from "../../masks";
import { nameIn, parentIn } from "../../names";
import type { Resource } from "../../store";
import { reconciling } from "./conditions";
import { localHostOf, RunMachine } from "./machine";
import * as resources from "./resources";
import { newRevision, nextRevision } from "./revisions";
import { SERVICES, type Service, type TrafficTarget } from "./shapes";
import { checkTemplate, withDefaults } from "./template";

const ID = /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/;
/** https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags */
const TAG = /^[a-z](?:[a-z0-9-]{0,44}[a-z0-9])?$/;
const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";

export const createService = (call: Call): Resource => {
  const id = call.query["serviceId"] as string;
  if (!ID.test(id)) {
    const description = `Violation in field service.name: ${id} is not a valid name: only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters.`;
    throw badRequest({ field: "service_id", description });
  }
  const name = `${parentIn(call)}/services/${id}`;
  refuseSecond(call, { kind: SERVICES, name });
  return make(call, name);
};

const make = (call: Call, name: string): Resource => {
  const asked = call.body as Partial<Service>;
  const template = withDefaults(call, checkTemplate(call, asked.template ?? {}));
  const base = { ...resources.withoutOutputs(asked), ...resources.born(name), lastModifier: OWNER };
  const revision = newRevision(call, { parent: name, generation: "1", template });
  const uri = `http://${localHostOf(call, name)}:${RunMachine.of(call).portFor(name)}`;
  return deploy(call, {
    ...base,
    ...outputs("1"),
    ...filled(asked),
    template,
    trafficStatuses: [],
    latestCreatedRevision: revision,
    uri,
    urls: [uri],
  } as unknown as Service);
};

export const patchService = (call: Call): Resource => {
  const service = resources.findToPatch<Service>(call, SERVICES);
  if (!service) return make(call, nameIn(call));
  const changed = patched(call, service, resources.withoutOutputs(call.body));
  const template = withDefaults(call, checkTemplate(call, changed.template));
  const next = resources.nextGeneration(service);
  return deploy(call, {
    ...changed,
    ...outputs(service.observedGeneration),
    ...next,
    ...filled(changed),
    template,
    latestCreatedRevision: nextRevision(call, { before: service, generation: next.generation, template }),
  });
};

/** What Cloud Run sets where nobody does. */
const filled = ({ ingress = "INGRESS_TRAFFIC_ALL", launchStage = "GA", traffic }: Partial<Service>) => ({
  ingress,
  launchStage,
  traffic: checkedTraffic(traffic),
});

const outputs = (observedGeneration: string) => ({
  observedGeneration,
  reconciling: true,
  terminalCondition: reconciling("Ready"),
  conditions: [reconciling("RoutesReady"), reconciling("ConfigurationsReady")],
});

const checkedTraffic = (traffic: TrafficTarget[] | undefined): TrafficTarget[] => {
  if (!traffic || traffic.length === 0) return [{ type: LATEST, percent: 100 }];
  const sum = traffic.reduce((total, { percent = 0 }) => total + percent, 0);
  if (sum !== 100) {
    const description = `Violation in field service.traffic: Traffic targets must sum to 100%, they sum to ${sum}%.`;
    throw badRequest({ field: "service.traffic", description });
  }
  const tags = traffic.flatMap(({ tag }) => tag ?? []);
  const wrong = tags.find((tag, index) => !TAG.test(tag) || tags.indexOf(tag) !== index);
  if (wrong !== undefined) {
    const description = `Violation in field service.traffic.tag: ${wrong} has to be lower-case letters, digits and '-', at most 46, and of one target alone.`;
    throw badRequest({ field: "service.traffic.tag", description });
  }
  return traffic;
};

const deploy = (call: Call, service: Service): Resource => {
  const kept = withEtag(service);
  call.store.put(SERVICES, kept.name, kept);
  return resources.startOperation(call, { work: "run.deploy", resource: kept });
};
