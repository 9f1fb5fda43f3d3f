import type { Cloud } from "../../api";
import { memberOf, OWNER } from "../../callers";
import { projectResource } from "../../grants";
import { FrontEnd, type Serving } from "../../realise/front-end";
import { gatewayOf } from "../../realise/network";
import { secondsOf } from "../../realise/quantities";
import { googleHostOf, localHostOf, policyResource, RunMachine } from "./machine";
import { measure } from "./measures";
import { perCloud } from "../per-cloud";
import { scalerOf } from "./scalers";
import { REVISIONS, SERVICES, type Revision, type Service } from "./shapes";

const INVOKE = "run.routes.invoke";

const opened = perCloud(() => new Map<string, FrontEnd>());

/** Makes a service reachable, at a port that stays the same while the service lives. */
export const openFrontEnd = async (cloud: Cloud, service: string): Promise<void> => {
  const machine = RunMachine.of(cloud);
  await machine.openMetadata();
  if (opened.of(cloud).has(service)) return;
  const { address } = await gatewayOf(cloud.realise);
  const frontEnd = new FrontEnd({
    port: machine.portFor(service),
    gateway: address,
    localHost: localHostOf(cloud, service),
    host: googleHostOf(cloud, service),
    identity: machine.identity,
    serving: () => servingOf(cloud, service),
    mayInvoke: (email) => mayInvoke(cloud, { service, email }),
    place: (revision) => placeIn(cloud, `${service}/revisions/${revision}`),
    measure: (of) => measure(cloud, { ...of, service, at: Date.now() }),
    fail: (of) => cloud.report.fail({ api: "front end", ...of }),
  });
  await frontEnd.open();
  opened.of(cloud).set(service, frontEnd);
};

export const closeFrontEnd = async (cloud: Cloud, service: string): Promise<void> => {
  await opened.of(cloud).get(service)?.close();
  opened.of(cloud).delete(service);
  RunMachine.of(cloud).freePort(service);
};

export const closeFrontEnds = async (cloud: Cloud): Promise<void> => {
  await Promise.all([...opened.of(cloud).values()].map((frontEnd) => frontEnd.close()));
  opened.forget(cloud);
};

const servingOf = (cloud: Cloud, name: string): Serving | undefined => {
  const service = cloud.store.get<Service>(SERVICES, name);
  return (
    service && {
      traffic: service.trafficStatuses.map(({ revision = "", percent = 0, tag }) => ({ revision, percent, tag })),
      audiences: [...service.urls, ...(service.customAudiences ?? [])],
      isOpen: () => service.invokerIamDisabled === true || isPublic(cloud, name),
    }
  );
};

const placeIn = async (cloud: Cloud, name: string) => {
  const revision = cloud.store.get<Revision>(REVISIONS, name);
  const lease = revision && (await scalerOf(cloud, revision).lease());
  return lease && { ...lease, timeoutMs: secondsOf(revision.timeout ?? "300s") * 1000 };
};

const isPublic = ({ grants }: Cloud, name: string): boolean => {
  const resource = policyResource(name);
  const bound = (grants.policyOf(resource).bindings ?? []).some(
    ({ role, members }) => grants.holds(role, INVOKE) && members?.includes("allUsers"),
  );
  return bound && grants.allows({ member: "allUsers", permission: INVOKE, resources: [resource] });
};

const mayInvoke = ({ grants, project }: Cloud, { service, email }: { service: string; email: string }): boolean =>
  email === OWNER ||
  grants.allows({
    member: memberOf({ email }),
    permission: INVOKE,
    resources: [policyResource(service), projectResource(project.id)],
  });
