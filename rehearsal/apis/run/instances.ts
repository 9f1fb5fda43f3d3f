import type { Cloud } from "../../api";
import { lastOf } from "../../names";
import { inspectContainer, listNamed, logsOf, removeContainer, stopContainer } from "../../realise/containers";
import { startInstance, untilStarted } from "../../realise/instance";
import { watchLiveness } from "../../realise/liveness";
import { instanceName, RunMachine } from "./machine";
import { NotReady, startupFailure } from "./not-ready";
import { perCloud } from "../per-cloud";
import type { Revision } from "./shapes";
import { instanceSpec } from "./spec";
import { portOf, probeOf } from "./template";

/** The time between SIGTERM and SIGKILL: https://cloud.google.com/run/docs/container-contract#instance-shutdown */
const GRACE_SECONDS = 10;

/** An instance of a revision, by its number. */
export type Numbered = { revision: Revision; index: number };

/**
 * Makes an instance of a revision run, in place of one that runs, and waits until its startup probe passes.
 * @throws NotReady
 */
export const startNumbered = async (cloud: Cloud, { revision, index }: Numbered): Promise<void> => {
  const { docker } = cloud.realise;
  const id = lastOf(revision.name);
  const name = instanceName(cloud, id, index);
  const spec = await instanceSpec(cloud, { name, template: revision, env: environmentOf(revision) });
  if (cloud.faults.take("never-ready", id)) spec.command = ["sh", "-c", "exec sleep infinity"];
  const probe = startupOf(revision);
  await startInstance(cloud.realise, { ...spec, ports: portsOf(revision) });
  const startup = probe ? await untilStarted(docker, name, probe) : { outcome: "ready" as const };
  if (startup.outcome === "ready") return;
  const lastWords = startup.outcome === "exited" ? await logsOf(docker, name) : undefined;
  await removeNumbered(cloud, { revision, index });
  throw new NotReady(startupFailure(cloud, { revision, lastWords }), "FAILED_PRECONDITION");
};

const isPool = ({ name }: Revision): boolean => name.includes("/workerPools/");

const containerOf = ({ containers = [] }: Revision) => containers[0]!;

const startupOf = (revision: Revision) => {
  const container = containerOf(revision);
  return container.startupProbe && probeOf(container, container.startupProbe);
};

/** https://cloud.google.com/run/docs/container-contract#env-vars */
const environmentOf = (revision: Revision): Record<string, string> => {
  const { service, name } = revision;
  return isPool(revision)
    ? { CLOUD_RUN_WORKER_POOL: service, CLOUD_RUN_WORKER_POOL_REVISION: lastOf(name) }
    : {
        ...{ K_SERVICE: service, K_CONFIGURATION: service, K_REVISION: lastOf(name) },
        PORT: String(portOf(containerOf(revision))),
      };
};

/** The ports at which it is asked: by requests where it is a service's, and by probes. */
const portsOf = (revision: Revision): number[] => {
  const container = containerOf(revision);
  const { startupProbe, livenessProbe } = container;
  const probed = [startupProbe, livenessProbe].flatMap((probe) => (probe ? probeOf(container, probe).port : []));
  return [...new Set([...(isPool(revision) ? [] : [portOf(container)]), ...probed])];
};

const watches = perCloud(() => new Map<string, AbortController>());

/** Asks an instance that has started whether it lives, for as long as it is meant to; `during` runs each probe. */
export const watchNumbered = (cloud: Cloud, { revision, index }: Numbered, during: During): void => {
  const container = containerOf(revision);
  if (!container.livenessProbe) return;
  const name = instanceName(cloud, lastOf(revision.name), index);
  const watch = new AbortController();
  unwatch(cloud, name);
  watches.of(cloud).set(name, watch);
  const { docker } = cloud.realise;
  const [startup, liveness] = [startupOf(revision), probeOf(container, container.livenessProbe)];
  watchLiveness({ docker, container: name, startup, liveness, during, signal: watch.signal }).catch((error: Error) => {
    if (!watch.signal.aborted) process.stderr.write(`${name}: ${error.message}\n`);
  });
};

type During = (probe: () => Promise<boolean>) => Promise<boolean>;

const unwatch = (cloud: Cloud, name: string): void => {
  watches.of(cloud).get(name)?.abort();
  watches.of(cloud).delete(name);
};

/** Asks none of them any more. */
export const closeWatches = (cloud: Cloud): void => {
  for (const name of watches.of(cloud).keys()) unwatch(cloud, name);
  watches.forget(cloud);
};

/** Ends an instance as Cloud Run does, with time for what is under way. */
export const endNumbered = async (cloud: Cloud, of: Numbered): Promise<void> => {
  const name = instanceName(cloud, lastOf(of.revision.name), of.index);
  unwatch(cloud, name);
  await stopContainer(cloud.realise.docker, name, GRACE_SECONDS);
  await removeNumbered(cloud, of);
};

const removeNumbered = async (cloud: Cloud, { revision, index }: Numbered): Promise<void> => {
  const name = instanceName(cloud, lastOf(revision.name), index);
  await removeContainer(cloud.realise.docker, name);
  RunMachine.of(cloud).forgetIdentity(name);
};

/** Ends every instance of a revision, whoever started it. */
export const endAllNumbered = async (cloud: Cloud, revision: Revision): Promise<void> => {
  const numbers = await numbersOf(cloud, revision);
  await Promise.all(numbers.map((index) => endNumbered(cloud, { revision, index })));
};

/** Whether an instance runs. */
export const isRunning = async (cloud: Cloud, { revision, index }: Numbered): Promise<boolean> => {
  const name = instanceName(cloud, lastOf(revision.name), index);
  return (await inspectContainer(cloud.realise.docker, name))?.State.Running === true;
};

/** The numbers of a revision's containers, running or not. */
export const numbersOf = async (cloud: Cloud, revision: Revision): Promise<number[]> => {
  const first = instanceName(cloud, lastOf(revision.name), 0);
  const names = await listNamed(cloud.realise.docker, first);
  return names
    .flatMap((name) => (name === first ? 0 : name.startsWith(`${first}.`) ? Number(name.slice(first.length + 1)) : []))
    .sort((a, b) => a - b);
};
