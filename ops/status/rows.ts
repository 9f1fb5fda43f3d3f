import { isDeepStrictEqual } from "node:util";
import type Docker from "dockerode";
import { nameIn } from "../../docker/inventory";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { healthNow, healthSourceOf, type Health } from "../stack/health";
import type { Stranger } from "../stack/placed";
import type { RunningStack } from "../stack/running";
import { partsOf, type Part } from "../stack/select";
import { lastMigrations, type LastMigration } from "./migrations";

/** A part of a stack as it is now. */
export type StatusRow = {
  system: string;
  name: string;
  /** web, worker, scheduler, job or datastore; `unknown` for a container that the stack's plan does not know. */
  kind: string;
  health: string;
  isHealthy: boolean;
  url?: string;
  /** Host ports, and what they lead to. */
  ports: string[];
  image: string;
  /** When it was started (a job: when it ran), RFC 3339. */
  startedAt?: string;
};

export type Status = {
  stack: string;
  /**
   * `applied`: what runs is what the last update made; `unfinished`: an update was begun and did not go through;
   * `unknown`: no plan is recorded, and the parts are those that state and engine tell of.
   */
  plan: "applied" | "unfinished" | "unknown";
  parts: StatusRow[];
  migrations: LastMigration[];
};

/** The status of a running stack, from its state file, one listing of the engine, and its databases. */
export const statusOf = async (running: RunningStack): Promise<Status> => {
  const { docker } = running;
  const source = healthSourceOf(docker);
  const [inventory, listed, migrations] = await Promise.all([
    source.list(),
    listContainers(running),
    lastMigrations(running),
  ]);
  const urls = new Map(running.services.map(({ container, url }) => [container, url]));
  const rows = partsOf(running).map(async (part): Promise<StatusRow> => {
    const service = { system: part.system, service: part.name, kind: part.kind, container: part.container };
    const url = urls.get(part.container);
    const info = listed.get(part.container);
    return {
      ...{ system: part.system, name: part.name, kind: part.kind },
      ...healthOf({ part, info, ...(await healthNow({ service, inventory, source })) }),
      ...(url !== undefined && { url }),
      ...factsOf(info),
    };
  });
  const { stack, strangers, published } = running;
  const unknown = strangers.map((stranger) => strangerRow({ stranger, info: listed.get(stranger.container) }));
  return {
    stack: stack.name,
    plan: planIn(published),
    parts: [...(await Promise.all(rows)), ...unknown],
    migrations,
  };
};

const planIn = ({ source, applied, wanted }: RunningStack["published"]): Status["plan"] => {
  if (source === "state") return "unknown";
  return applied !== undefined && isDeepStrictEqual(applied, wanted) ? "applied" : "unfinished";
};

/** Such a container may come from a killed update or from another revision of the code. */
const strangerRow = ({ stranger, info }: { stranger: Stranger; info: Info | undefined }): StatusRow => ({
  system: stranger.system,
  name: stranger.name,
  kind: "unknown",
  health: `not in the stack's plan${info ? ` (${info.listed.State})` : ", and gone"}`,
  isHealthy: false,
  ...factsOf(info),
});

const factsOf = (info: Info | undefined): Pick<StatusRow, "ports" | "image" | "startedAt"> => ({
  ports: portsOf(info?.listed),
  image: info?.image ?? "-",
  ...(info?.startedAt !== undefined && { startedAt: info.startedAt }),
});

type Info = { listed: Docker.ContainerInfo; image: string; startedAt: string; exitCode: number };

const listContainers = async ({ docker, stack }: RunningStack): Promise<Map<string, Info>> => {
  const filters = { label: [`${STACK_LABEL}=${stackLabel(stack.name)}`] };
  const [containers, images] = await Promise.all([docker.listContainers({ all: true, filters }), docker.listImages()]);
  const tags = new Map(images.map(({ Id, RepoTags }) => [Id, RepoTags?.[0]]));
  const entries = containers.map(async (listed) => {
    const { State } = await docker.getContainer(listed.Id).inspect();
    const image = tags.get(listed.ImageID) ?? listed.ImageID.slice(0, 19);
    const info = { listed, image, startedAt: State.StartedAt, exitCode: State.ExitCode };
    return [nameIn(listed.Names) ?? listed.Id, info] as const;
  });
  return new Map(await Promise.all(entries));
};

type Observed = { part: Part; info: Info | undefined; health: string; isHealthy: boolean };

/** A job that failed is stopped as one that succeeded is. */
const healthOf = ({ part, info, health, isHealthy }: Observed): Health =>
  part.kind === "job" && health === "done" && info && info.exitCode !== 0
    ? { health: `failed (exit code ${info.exitCode})`, isHealthy: false }
    : { health, isHealthy };

const portsOf = (listed: Docker.ContainerInfo | undefined): string[] =>
  (listed?.Ports ?? []).flatMap(({ PublicPort, PrivatePort }) => (PublicPort ? [`${PublicPort}->${PrivatePort}`] : []));
