import { randomBytes } from "node:crypto";
import type { Cloud } from "../../api";
import { memberOf, OWNER } from "../../callers";
import { projectResource } from "../../grants";
import { inspectContainer } from "../../realise/containers";
import { FrontEnd, type Serving } from "../../realise/front-end";
import { Identity } from "../../realise/identity";
import { hostPortOf } from "../../realise/instance";
import { listenAt, type Listener } from "../../realise/listen";
import { metadataAnswerer, metadataHost } from "../../realise/metadata";
import { gatewayOf } from "../../realise/network";
import { lastOf } from "../../names";
import { holdsPermission } from "../../rights/roles";
import { REVISIONS, SERVICES, type Revision, type Service } from "./shapes";
import { portOf } from "./template";

const PORTS = "run.ports";
const IDENTITIES = "run.identities";
const METADATA = "metadata";
const INVOKE = "run.routes.invoke";

/** The listening parts of Cloud Run: a front end per service, and the metadata server. */
export class RunMachine {
  readonly identity: Identity;
  readonly #frontEnds = new Map<string, FrontEnd>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #metadata: Listener | undefined;
  static readonly #machines = new WeakMap<object, RunMachine>();

  private constructor(private readonly cloud: Cloud) {
    this.identity = new Identity(cloud.realise.folder);
  }

  /** The machine of a rehearsed cloud. */
  static of(cloud: Cloud): RunMachine {
    const known = RunMachine.#machines.get(cloud.store);
    if (known) return known;
    const made = new RunMachine(cloud);
    RunMachine.#machines.set(cloud.store, made);
    return made;
  }

  /** Makes a service reachable, at a port that stays the same while the service lives. */
  async open(service: string): Promise<void> {
    await this.#openMetadata();
    if (this.#frontEnds.has(service)) return;
    const { address } = await gatewayOf(this.cloud.realise);
    const frontEnd = new FrontEnd({
      port: this.portFor(service),
      gateway: address,
      localHost: localHostOf(this.cloud, service),
      host: googleHostOf(this.cloud, service),
      identity: this.identity,
      serving: () => this.#serving(service),
      mayInvoke: (email) => this.#mayInvoke(service, email),
      backendPort: (revision) => this.#backendPort(revision),
      fail: (of) => this.cloud.report.fail({ api: "front end", ...of }),
    });
    await frontEnd.open();
    this.#frontEnds.set(service, frontEnd);
  }

  async close(service: string): Promise<void> {
    await this.#frontEnds.get(service)?.close();
    this.#frontEnds.delete(service);
    this.cloud.store.delete(PORTS, service);
  }

  async closeAll(): Promise<void> {
    const listening = [...this.#frontEnds.values(), ...(this.#metadata ? [this.#metadata] : [])];
    await Promise.all(listening.map((one) => one.close()));
    this.#frontEnds.clear();
    this.#metadata = undefined;
    RunMachine.#machines.delete(this.cloud.store);
  }

  /** Changes of one service run one after the other, in the order in which they were asked for. */
  inTurn<T>(service: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(service) ?? Promise.resolve();
    const own = before.then(work, work);
    this.#turns.set(service, own);
    return own;
  }

  idle(service: string, revision: string, seconds: number): Promise<void> {
    return this.#frontEnds.get(service)?.idle(revision, seconds) ?? Promise.resolve();
  }

  /** The port of a service (or of the metadata server): the first that nobody has. */
  portFor(name: string): number {
    const { store, realise } = this.cloud;
    const kept = store.get<{ port: number }>(PORTS, name);
    if (kept) return kept.port;
    const taken = store.list<{ port: number }>(PORTS).map(({ port }) => port);
    const [first, last] = realise.ports;
    for (let port = first; port <= last; port++)
      if (!taken.includes(port)) return store.put(PORTS, name, { port }).port;
    throw new Error(`no port is left between ${first} and ${last}`);
  }

  /** The environment and the names by which a container finds the metadata server, as this account. */
  identityFor(container: string, email: string): { env: Record<string, string>; host: string } {
    const { store } = this.cloud;
    this.forgetIdentity(container);
    const key = randomBytes(16).toString("hex");
    store.put(IDENTITIES, key, { container, email });
    const host = metadataHost(key);
    return { env: { GCE_METADATA_HOST: `${host}:${this.portFor(METADATA)}` }, host };
  }

  forgetIdentity(container: string): void {
    const { store } = this.cloud;
    for (const [key, value] of store.entries<{ container: string }>(IDENTITIES))
      if (value.container === container) store.delete(IDENTITIES, key);
  }

  async #openMetadata(): Promise<void> {
    if (this.#metadata) return;
    const { realise, project, store, report } = this.cloud;
    const { address } = await gatewayOf(realise);
    const emailOf = (key: string): string | undefined => store.get<{ email: string }>(IDENTITIES, key)?.email;
    this.#metadata = await listenAt({
      port: this.portFor(METADATA),
      gateway: address,
      answer: metadataAnswerer({ identity: this.identity, project, emailOf, report }),
    });
  }

  #serving(name: string): Serving | undefined {
    const service = this.cloud.store.get<Service>(SERVICES, name);
    return (
      service && {
        traffic: service.trafficStatuses.map(({ revision = "", percent = 0 }) => ({ revision, percent })),
        audiences: [...service.urls, ...(service.customAudiences ?? [])],
        isOpen: service.invokerIamDisabled === true || this.#isPublic(name),
      }
    );
  }

  #isPublic(name: string): boolean {
    const { grants } = this.cloud;
    const resource = policyResource(name);
    const bound = (grants.policyOf(resource).bindings ?? []).some(
      ({ role, members }) => holdsPermission(role, INVOKE) && members?.includes("allUsers"),
    );
    return bound && grants.allows({ member: "allUsers", permission: INVOKE, resources: [resource] });
  }

  #mayInvoke(name: string, email: string): boolean {
    if (email === OWNER) return true;
    const { grants, project } = this.cloud;
    return grants.allows({
      member: memberOf({ email }),
      permission: INVOKE,
      resources: [policyResource(name), projectResource(project.id)],
    });
  }

  async #backendPort(revision: string): Promise<number | undefined> {
    const { store, realise } = this.cloud;
    const [found] = store.entries<Revision>(REVISIONS).filter(([name]) => lastOf(name) === revision);
    const container = found?.[1].containers?.[0];
    const running = await inspectContainer(realise.docker, instanceName(this.cloud, revision));
    return container && running?.State.Running ? hostPortOf(running, portOf(container)) : undefined;
  }
}

/** The resource of a service or a job in policies. */
export const policyResource = (name: string): string => `//run.googleapis.com/${name}`;

/** The container of a revision's instance. */
export const instanceName = ({ realise }: Pick<Cloud, "realise">, revision: string): string =>
  `${realise.prefix}-run-${revision}`;

/** Google's name for a service: https://cloud.google.com/run/docs/triggering/https-request#deterministic */
const googleHostOf = (cloud: Pick<Cloud, "project">, name: string): string => `${labelOf(cloud, name)}.run.app`;

/** The same on this machine: browsers find *.localhost on it, and containers by their hosts file. */
export const localHostOf = (cloud: Pick<Cloud, "project">, name: string): string =>
  `${labelOf(cloud, name)}.run.localhost`;

const labelOf = ({ project }: Pick<Cloud, "project">, name: string): string => {
  const [, , , region = "", , service = ""] = name.split("/");
  return `${service}-${project.number}.${region}`;
};
