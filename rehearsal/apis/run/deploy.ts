import type { Cloud } from "../../api";
import { ApiError, failedPrecondition } from "../../errors";
import { withEtag } from "../../etags";
import { lastOf } from "../../names";
import { secondsOf } from "../../realise/quantities";
import type { Resource } from "../../store";
import { failed, succeeded, type Failure } from "./conditions";
import { closeFrontEnd, openFrontEnd } from "./front-ends";
import { policyResource, RunMachine } from "./machine";
import { NotReady } from "./not-ready";
import { workOn } from "./resources";
import { REVISIONS, SERVICES, type Revision, type Service, type TrafficTarget } from "./shapes";
import { adoptInstances, endInstances, scalerOf } from "./scalers";

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";

/**
 * Carries out a service's stored description: a new revision gets ready, traffic moves to it, then the old ones end.
 */
export const deployService = workOn((cloud, name) => RunMachine.of(cloud).inTurn(name, () => bringAbout(cloud, name)));

const bringAbout = async (cloud: Cloud, name: string): Promise<Resource> => {
  const service = current(cloud, name);
  try {
    await openFrontEnd(cloud, name);
    await makeReady(cloud, service);
    const routed = await moveTraffic(cloud, current(cloud, name));
    await endOthers(cloud, routed);
  } catch (error) {
    // Whatever it was: what has failed is under way no more.
    if (current(cloud, name).reconciling) endService(cloud, name, { message: (error as Error).message });
    throw error;
  }
  return current(cloud, name);
};

const current = ({ store }: Cloud, name: string): Service => {
  const service = store.get<Service>(SERVICES, name);
  if (!service) throw failedPrecondition(`Service ${lastOf(name)} was deleted meanwhile.`);
  return service;
};

/** Where this fails, the revisions that served before go on. */
const makeReady = async (cloud: Cloud, { name, latestCreatedRevision }: Service): Promise<void> => {
  const revision = cloud.store.get<Revision>(REVISIONS, latestCreatedRevision)!;
  if (isReady(revision)) return;
  await adoptInstances(cloud, revision);
  try {
    await scalerOf(cloud, revision).ready();
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const message = `Revision '${lastOf(revision.name)}' is not ready and cannot serve traffic. ${error.message}`;
    endRevision(cloud, revision, error.failure);
    endService(cloud, name, { ...error.failure, message, reason: "REVISION_FAILED" });
    throw new ApiError({ status: error.status, message });
  }
  endRevision(cloud, revision);
};

const isReady = ({ conditions }: Revision): boolean =>
  conditions.some(({ type, state }) => type === "Ready" && state === "CONDITION_SUCCEEDED");

export const endRevision = ({ store }: Cloud, revision: Revision, failure?: Failure): void => {
  const { reconciling: _, ...rest } = revision;
  const conditions = [failure ? failed("Ready", failure) : succeeded("Ready")];
  store.put(REVISIONS, revision.name, withEtag({ ...rest, conditions }));
};

const endService = (cloud: Cloud, name: string, failure?: Failure, changes: Resource = {}): void => {
  const { reconciling: _, ...service } = current(cloud, name);
  const end = (type: string) => (failure ? failed(type, failure) : succeeded(type));
  const ended = {
    ...service,
    ...changes,
    observedGeneration: service.generation,
    terminalCondition: end("Ready"),
    conditions: [end("RoutesReady"), end("ConfigurationsReady")],
  };
  cloud.store.put(SERVICES, name, withEtag(ended));
};

/** @returns the revisions that have traffic or a tag now */
const moveTraffic = async (cloud: Cloud, service: Service): Promise<{ service: Service; serving: string[] }> => {
  const latest = lastOf(service.latestCreatedRevision);
  const statuses = service.traffic.map((target) => statusOf(target, { latest, uri: service.uri }));
  for (const { revision = "" } of statuses) await ensureServing(cloud, service, revision);
  endService(cloud, service.name, undefined, {
    latestReadyRevision: service.latestCreatedRevision,
    trafficStatuses: statuses,
    uri: service.uri,
    urls: service.urls,
  });
  return {
    service,
    serving: statuses.filter(({ percent = 0, tag }) => percent > 0 || tag).map(({ revision = "" }) => revision),
  };
};

type Routing = { latest: string; uri: string };

/** A tag has an address of its own: https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags */
const statusOf = (
  { type = LATEST, revision, percent = 0, tag }: TrafficTarget,
  { latest, uri }: Routing,
): TrafficTarget => ({
  type,
  revision: type === LATEST ? latest : (revision ?? ""),
  percent,
  ...(tag && { tag, uri: uri.replace("//", `//${tag}---`) }),
});

const ensureServing = async (cloud: Cloud, service: Service, id: string): Promise<void> => {
  const revision = cloud.store.get<Revision>(REVISIONS, `${service.name}/revisions/${id}`);
  if (!revision) {
    const message = `Revision '${id}' does not exist or is deleted. Update all traffic to route to currently available revisions.`;
    endService(cloud, service.name, { message, reason: "REVISION_FAILED" });
    throw failedPrecondition(message);
  }
  await adoptInstances(cloud, revision);
  await scalerOf(cloud, revision).ready();
};

/** Revisions without traffic end once their last request has; they can be started again. */
const endOthers = async (cloud: Cloud, of: { service: Service; serving: string[] }): Promise<void> => {
  const { name, template } = of.service;
  for (const revision of cloud.store.list<Revision>(REVISIONS, `${name}/revisions/`)) {
    if (of.serving.includes(lastOf(revision.name))) continue;
    await adoptInstances(cloud, revision);
    await scalerOf(cloud, revision).idle(secondsOf(template.timeout ?? "300s"));
    await endInstances(cloud, revision);
  }
};

/** Ends every revision of a service, then forgets it. */
export const removeService = workOn((cloud, name) => RunMachine.of(cloud).inTurn(name, () => remove(cloud, name)));

const remove = async (cloud: Cloud, name: string): Promise<Resource> => {
  const { reconciling: _, ...service } = cloud.store.get<Service>(SERVICES, name) ?? {};
  await closeFrontEnd(cloud, name);
  for (const revision of cloud.store.list<Revision>(REVISIONS, `${name}/revisions/`))
    await endInstances(cloud, revision);
  cloud.store.deleteAll(REVISIONS, `${name}/revisions/`);
  cloud.store.delete(SERVICES, name);
  cloud.grants.remove(policyResource(name));
  return service;
};
