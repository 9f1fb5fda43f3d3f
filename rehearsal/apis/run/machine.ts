import { randomBytes } from "node:crypto";
import type { Cloud } from "../../api";
import { Identity } from "../../realise/identity";
import { listenAt, type Listener } from "../../realise/listen";
import { metadataAnswerer, metadataHost } from "../../realise/metadata";
import { gatewayOf } from "../../realise/network";
import { perCloud } from "../per-cloud";

const PORTS = "run.ports";
const IDENTITIES = "run.identities";
const METADATA = "metadata";

/** What all of Cloud Run's containers share: ports, turns, and the metadata server with their identities. */
export class RunMachine {
  readonly identity: Identity;
  readonly #turns = new Map<string, Promise<unknown>>();
  #metadata: Promise<Listener> | undefined;

  constructor(private readonly cloud: Cloud) {
    this.identity = new Identity(cloud.realise.folder);
  }

  /** The machine of a rehearsed cloud. */
  static of(cloud: Cloud): RunMachine {
    return machines.of(cloud);
  }

  /** Changes of one service run one after the other, in the order in which they were asked for. */
  inTurn<T>(service: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(service) ?? Promise.resolve();
    const own = before.then(work, work);
    this.#turns.set(service, own);
    return own;
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

  freePort(name: string): void {
    this.cloud.store.delete(PORTS, name);
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

  /** However many ask for it at once, it listens once; after a failure the next one tries again. */
  async openMetadata(): Promise<void> {
    this.#metadata ??= this.#listen().catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    await this.#metadata;
  }

  async #listen(): Promise<Listener> {
    const { realise, project, store, report } = this.cloud;
    const { address } = await gatewayOf(realise);
    const emailOf = (key: string): string | undefined => store.get<{ email: string }>(IDENTITIES, key)?.email;
    return listenAt({
      port: this.portFor(METADATA),
      gateway: address,
      answer: metadataAnswerer({ identity: this.identity, project, emailOf, report }),
    });
  }

  async close(): Promise<void> {
    await (await this.#metadata)?.close();
    this.#metadata = undefined;
    machines.forget(this.cloud);
  }
}

const machines = perCloud((cloud) => new RunMachine(cloud));

/** The resource of a service or a job in policies. */
export const policyResource = (name: string): string => `//run.googleapis.com/${name}`;

/** The container of a revision's instance with this number, from 0. */
export const instanceName = ({ realise }: Pick<Cloud, "realise">, revision: string, index: number): string =>
  `${realise.prefix}-run-${revision}${index === 0 ? "" : `.${index}`}`;

/** Google's name for a service: https://cloud.google.com/run/docs/triggering/https-request#deterministic */
export const googleHostOf = (cloud: Pick<Cloud, "project">, name: string): string => `${labelOf(cloud, name)}.run.app`;

/** The same on this machine: browsers find *.localhost on it, and containers by their hosts file. */
export const localHostOf = (cloud: Pick<Cloud, "project">, name: string): string =>
  `${labelOf(cloud, name)}.run.localhost`;

const labelOf = ({ project }: Pick<Cloud, "project">, name: string): string => {
  const [, , , region = "", , service = ""] = name.split("/");
  return `${service}-${project.number}.${region}`;
};
