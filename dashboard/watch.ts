import { EventEmitter } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { nameIn } from "../docker/inventory";
import { ABSENT, ignoring } from "../docker/refusals";
import { instancesOf } from "./cloud/instances";
import { inCloud } from "./cloud/parts";
import type { CloudPicture, Instance } from "./cloud/messages";
import { executionLog } from "./cloud/place";
import type { CloudWatch } from "./cloud/watch";
import { containerOf, type Listed } from "./containers";
import { edgesOf, systemsOf, type Running } from "./graph";
import type { Part, Picture, Sample } from "./messages";
import { Metrics, SAMPLE_MS, summed } from "./metrics";
import { expectedParts, partOf, type Expected } from "./parts";
import { REHEARSAL_LABEL } from "../rehearsal/settings";

/** Health checks run as `exec` many times a second; these are the events that change the picture. */
const EVENTS = [
  "create",
  "start",
  "restart",
  "die",
  "stop",
  "kill",
  "oom",
  "destroy",
  "rename",
  "update",
  "pause",
  "unpause",
  "health_status",
];

/** An event that was lost shows after this time. */
const RELIST_MS = 10_000;

/** Follows a stack in the engine: `picture` at every change, `sample` every two seconds. */
export class Watch extends EventEmitter<{ picture: [Picture]; sample: [Sample] }> {
  picture: Picture;
  readonly metrics: Metrics;
  readonly #stop = new AbortController();
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  readonly #imageNames = new Map<string, string>();

  constructor(
    private readonly of: {
      docker: Docker;
      stack: string;
      /** Reads what the last update left. It is called at every look, for an update can come while the page is open. */
      running: () => Running;
      /** The cloud that it runs on. */
      cloud?: CloudWatch;
    },
  ) {
    super();
    // One listener for each open page.
    this.setMaxListeners(0);
    this.metrics = new Metrics(of.docker);
    this.picture = { stack: of.stack, inDocker: false, systems: [], parts: [], edges: [] };
  }

  /** Resolves after the first look; goes on until `stop`. */
  async start(): Promise<void> {
    await this.look();
    void this.#forever(() => this.#follow());
    this.of.cloud?.on("change", () => void this.look());
    void this.#every(SAMPLE_MS, async () => this.emit("sample", await this.#sample()));
    void this.#every(RELIST_MS, () => this.look());
  }

  stop(): void {
    this.#stop.abort();
  }

  /** What a job's execution on a cloud printed; undefined where nothing was kept. */
  logOf(execution: string): string | undefined {
    return this.of.cloud && executionLog(this.of.cloud.place, execution);
  }

  /** Looks at every container now, or once more when a look is under way. */
  look(): Promise<void> {
    this.#lookAgain = true;
    this.#looking ??= this.#lookUntilCurrent();
    return this.#looking;
  }

  async #lookUntilCurrent(): Promise<void> {
    while (this.#lookAgain) {
      this.#lookAgain = false;
      const next = await this.#take();
      if (JSON.stringify(next) === JSON.stringify(this.picture)) continue;
      this.picture = next;
      this.emit("picture", next);
    }
    this.#looking = undefined;
  }

  async #take(): Promise<Picture> {
    const { docker, stack, cloud } = this.of;
    try {
      const running = this.of.running();
      const listed = await listContainers(docker);
      const expected = expectedParts(running);
      // In a stack that runs in Docker every part has a container. Elsewhere a job's is removed with its run, and a
      // service at rest has none.
      const inDocker = running.plan.target === "local";
      const missing = inDocker ? "gone" : "elsewhere";
      const found = cloud ? instancesOf({ ...{ listed, parts: expected, facts: cloud.facts }, ...cloud.place }) : [];
      const parts = await Promise.all(
        expected.map(async (own) => {
          const container = containerOf({ part: own, listed, instances: found });
          const part = await this.#inspected({ expected: own, container, missing });
          return cloud ? inCloud({ part, resource: own.container, facts: cloud.facts }) : part;
        }),
      );
      const instances = await Promise.all(
        found.map(async ({ listed: container, resource, of, ...own }) => ({
          ...(await this.#inspected({ expected: own, container, missing: "gone" })),
          resource,
          ...(of === undefined ? {} : { of }),
        })),
      );
      const drawn = { stack, inDocker, systems: systemsOf(running), parts, edges: edgesOf(running) };
      return cloud ? { ...drawn, cloud: cloudPicture({ cloud, instances }) } : drawn;
    } catch (error) {
      return { ...this.picture, trouble: (error as Error).message };
    }
  }

  async #inspected({ expected, container: found, missing }: Inspected): Promise<Part> {
    // It can go between the listing and this.
    const container = found && (await ignoring([ABSENT], this.of.docker.getContainer(found.id).inspect()));
    const image = container && (await this.#imageName(container.Image));
    return partOf({ expected, container, image, missing });
  }

  /** The figures of all parts. On a cloud a part's are those of all its instances. */
  async #sample(): Promise<Sample> {
    const { parts, cloud } = this.picture;
    if (!cloud) return this.metrics.sample(parts);
    return this.metrics.sample(cloud.instances, (values) => summed({ values, parts, instances: cloud.instances }));
  }

  /** A container is made by its image's id; people know the name. */
  async #imageName(id: string): Promise<string> {
    const known = this.#imageNames.get(id);
    if (known !== undefined) return known;
    const image = await ignoring([ABSENT], this.of.docker.getImage(id).inspect());
    const name = image?.RepoTags[0] ?? id;
    this.#imageNames.set(id, name);
    return name;
  }

  /** Looks at each event until the engine ends the stream. */
  async #follow(): Promise<void> {
    const events = await this.of.docker.getEvents({
      filters: { type: ["container"], event: EVENTS },
      abortSignal: this.#stop.signal,
    });
    void this.look();
    for await (const line of createInterface({ input: events })) {
      if (isOf(this.picture, line)) void this.look();
    }
  }

  #every(ms: number, work: () => Promise<unknown>): Promise<void> {
    return this.#forever(async () => {
      await sleep(ms, undefined, { signal: this.#stop.signal });
      await work();
    });
  }

  /** Again after a failure and after an end; an engine that is away comes back. */
  async #forever(work: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await work();
      } catch {
        if (this.#stop.signal.aborted) return;
        void this.look();
        await sleep(1000);
      }
    }
  }
}

type Inspected = { expected: Expected; container: Listed | undefined; missing: "gone" | "elsewhere" };

const cloudPicture = ({ cloud, instances }: { cloud: CloudWatch; instances: Instance[] }): CloudPicture => {
  const { project, region, url } = cloud.place;
  return { ...cloud.facts, project, region, address: url, instances };
};

const listContainers = async (docker: Docker): Promise<Listed[]> => {
  const containers = await docker.listContainers({ all: true });
  return containers.map(({ Id, Names, Created, Labels }) => {
    const rehearsal = Labels?.[REHEARSAL_LABEL];
    return { id: Id, name: nameIn(Names) ?? Id, created: Created, ...(rehearsal === undefined ? {} : { rehearsal }) };
  });
};

/** Whether an event is of a container that the picture has or could have; one that cannot be read may be. */
const isOf = ({ stack, parts }: Picture, line: string): boolean => {
  try {
    const { Actor } = JSON.parse(line) as { Actor?: { Attributes?: { name?: string } } };
    const name = Actor?.Attributes?.name ?? "";
    return name.startsWith(`fleet-${stack}-`) || parts.some(({ container }) => container === name);
  } catch {
    return true;
  }
};
