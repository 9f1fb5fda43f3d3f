import type { Cloud } from "../../api";
import { lastOf, parentOf } from "../../names";
import { inspectContainer } from "../../realise/containers";
import { hostPortOf, setCpus } from "../../realise/instance";
import { cpusOf } from "../../realise/quantities";
import { Autoscaler, type Bounds, type Making } from "./autoscale";
import { endNumbered, isRunning, numbersOf, startNumbered, watchNumbered } from "./instances";
import { instanceName } from "./machine";
import { perCloud } from "../per-cloud";
import { REVISIONS, SERVICES, type Revision, type Scaling, type Service } from "./shapes";
import { portOf, resourcesOf } from "./template";

/** https://cloud.google.com/run/docs/configuring/max-instances-limits */
const DEFAULT_MAX = 100;
const DEFAULT_CONCURRENCY = 80;
/** The part of a CPU that an instance has without a request: as little as the kernel can give. */
const NEXT_TO_NOTHING = 0.01;

const scalers = perCloud(() => new Map<string, Autoscaler>());

/** What starts and ends the instances of a service's revision. */
export const scalerOf = (cloud: Cloud, revision: Revision): Autoscaler => {
  const known = scalers.of(cloud).get(revision.name);
  if (known) return known;
  const made: Autoscaler = new Autoscaler(
    () => boundsOf(cloud, revision.name),
    makingOf(cloud, revision, (index, probe) => made.during(index, probe)),
  );
  scalers.of(cloud).set(revision.name, made);
  return made;
};

/** Takes the containers that a stopped server left over: those that run serve on, the others go. */
export const adoptInstances = async (cloud: Cloud, revision: Revision): Promise<void> => {
  if (scalers.of(cloud).has(revision.name)) return;
  const scaler = scalerOf(cloud, revision);
  for (const index of await numbersOf(cloud, revision)) {
    if (!(await isRunning(cloud, { revision, index }))) await endNumbered(cloud, { revision, index });
    else {
      scaler.adopt([index]);
      watchNumbered(cloud, { revision, index }, (probe) => scaler.during(index, probe));
    }
  }
};

/** Ends all instances of a revision. */
export const endInstances = async (cloud: Cloud, revision: Revision): Promise<void> => {
  await adoptInstances(cloud, revision);
  await scalerOf(cloud, revision).end();
  scalers.of(cloud).delete(revision.name);
};

/** Forgets all instances; their containers go on. */
export const closeScalers = (cloud: Cloud): void => {
  for (const scaler of scalers.of(cloud).values()) scaler.close();
  scalers.forget(cloud);
};

/** What is asked for holds at the next look: the service's own bounds change without a new revision. */
const boundsOf = ({ store, realise }: Cloud, name: string): Bounds => {
  const revision = store.get<Revision>(REVISIONS, name);
  const service = store.get<Service>(SERVICES, parentOf(name));
  const [own, whole]: Scaling[] = [revision?.scaling ?? {}, service?.scaling ?? {}];
  const max = Math.min(own?.maxInstanceCount || DEFAULT_MAX, whole?.maxInstanceCount || DEFAULT_MAX);
  return {
    max,
    min: Math.min(max, Math.max(own?.minInstanceCount ?? 0, whole?.minInstanceCount ?? 0)),
    concurrency: revision?.maxInstanceRequestConcurrency || DEFAULT_CONCURRENCY,
    idleSeconds: realise.idleSeconds,
  };
};

type During = (index: number, probe: () => Promise<boolean>) => Promise<boolean>;

const makingOf = (cloud: Cloud, revision: Revision, during: During): Making => {
  const { docker } = cloud.realise;
  const container = revision.containers![0]!;
  const { limits, cpuIdle } = resourcesOf(container);
  const cpus = cpusOf(limits?.["cpu"] ?? "") ?? 1;
  // Without resources the CPU is taken; with some only where they say so.
  const isTaken = container.resources === undefined || cpuIdle === true;
  const nameOf = (index: number): string => instanceName(cloud, lastOf(revision.name), index);
  return {
    start: async (index) => {
      await startNumbered(cloud, { revision, index });
      watchNumbered(cloud, { revision, index }, (probe) => during(index, probe));
    },
    end: (index) => endNumbered(cloud, { revision, index }),
    portOf: async (index) => {
      const found = await inspectContainer(docker, nameOf(index));
      return found?.State.Running ? hostPortOf(found, portOf(container)) : undefined;
    },
    setCpu: async (index, isOn) => {
      if (isTaken) await setCpus(docker, nameOf(index), isOn ? cpus : NEXT_TO_NOTHING);
    },
    fail: (error) => void process.stderr.write(`${lastOf(revision.name)}: ${error.message}\n`),
  };
};
