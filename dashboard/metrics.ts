import type Docker from "dockerode";
import type { Instance } from "./cloud/messages";
import type { Part, Sample } from "./messages";

/** Half an hour at two seconds. */
const KEPT = 900;
export const SAMPLE_MS = 2000;

type Values = Sample["values"];

type Reading = { container: string; at: number; cpu: number };

/** Looks at the running containers' CPU and memory, and keeps the last half hour. */
export class Metrics {
  readonly history: Sample[] = [];
  #last = new Map<string, Reading>();

  constructor(private readonly docker: Docker) {}

  /**
   * Takes one sample. CPU is a difference: what is seen for the first time in this life has nothing to tell yet. `also`
   * adds figures that follow from those that were read.
   */
  async sample(parts: readonly Part[], also: (values: Values) => Values = () => ({})): Promise<Sample> {
    const running = parts.filter(({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined);
    const read = await Promise.all(running.map(async (part) => [part.id, await this.#read(part)] as const));
    const values = Object.fromEntries(read.flatMap(([id, value]) => (value ? [[id, value]] : [])));
    const sample: Sample = { at: Date.now() / 1000, values: { ...values, ...also(values) } };
    this.history.push(sample);
    if (this.history.length > KEPT) this.history.shift();
    return sample;
  }

  async #read({ id, container, startedAt }: Part): Promise<[number, number] | undefined> {
    const stats = await this.#stats(container);
    if (!stats) return undefined;
    const reading = {
      container: `${container} ${startedAt}`,
      at: Date.parse(stats.read),
      cpu: stats.cpu_stats.cpu_usage.total_usage,
    };
    const before = this.#last.get(id);
    this.#last.set(id, reading);
    const cpu = cpuBetween(before, reading);
    return cpu === undefined ? undefined : [round(cpu), round(memoryOf(stats.memory_stats))];
  }

  /** One reading without the engine's own wait of a second; `undefined` when the container has just ended. */
  async #stats(container: string): Promise<Docker.ContainerStats | undefined> {
    try {
      const stats = await this.docker.getContainer(container).stats({ stream: false, "one-shot": true });
      return stats.memory_stats?.usage === undefined ? undefined : stats;
    } catch {
      return undefined;
    }
  }
}

type Summed = { values: Values; parts: readonly Part[]; instances: readonly Instance[] };

/** The figures of parts, each the sum of those of its containers: a part's container is one of a resource's instances. */
export const summed = ({ values, parts, instances }: Summed): Values =>
  Object.fromEntries(
    parts.flatMap(({ id, container }) => {
      const resource = instances.find((instance) => instance.container === container)?.resource;
      const own = instances.flatMap((one) => {
        const read = one.resource === resource ? values[one.id] : undefined;
        return read ? [read] : [];
      });
      if (own.length === 0) return [];
      return [[id, [sum(own.map(([cpu]) => cpu)), sum(own.map(([, memory]) => memory))] as const]];
    }),
  );

const sum = (values: readonly number[]): number => round(values.reduce((total, value) => total + value, 0));

/** Percent of one processor, from nanoseconds of CPU between two readings of the same life of a container. */
export const cpuBetween = (before: Reading | undefined, now: Reading): number | undefined => {
  if (!before || before.container !== now.container || now.at <= before.at) return undefined;
  return Math.max(0, ((now.cpu - before.cpu) / 1e6 / (now.at - before.at)) * 100);
};

/** MiB in use as `docker stats` counts it: without the file cache that the kernel can take back at once. */
export const memoryOf = ({ usage, stats }: Docker.ContainerStats["memory_stats"]): number => {
  // The first is of cgroup version 1, the second of version 2.
  const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return Math.max(0, usage - cache) / 2 ** 20;
};

const round = (value: number): number => Math.round(value * 10) / 10;
