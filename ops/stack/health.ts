import type Docker from "dockerode";
import * as z from "zod";
import { columns } from "../terminal/columns";
import { passesOwnCheck } from "../../docker/health";
import { listEverything, type Inventory } from "../../docker/inventory";
import { until } from "../../docker/wait";
import { stackOutputs, type State } from "./checkpoint";

/** The program's output `services`: what there is to look at. */
const servicesSchema = z.array(
  z.object({
    system: z.string(),
    service: z.string(),
    kind: z.string(),
    url: z.string().optional(),
    healthUrl: z.string().optional(),
    container: z.string(),
  }),
);

export type Service = z.infer<typeof servicesSchema>[number];
export type Health = { health: string; isHealthy: boolean };
export type Checked = Service & Health;

export const servicesOf = (state: State): Service[] => servicesSchema.parse(stackOutputs(state).services ?? []);

/** The two questions that health checks ask of Docker. */
export type HealthSource = {
  list: () => Promise<Inventory>;
  /** Whether a container passes its own check when it is run now, as Docker would; false where it has none. */
  passesOwnCheck: (container: string) => Promise<boolean>;
};

export const healthSourceOf = (docker: Docker): HealthSource => ({
  list: () => listEverything(docker),
  passesOwnCheck: (container) => passesOwnCheck({ docker, container }),
});

type Checking = { services: readonly Service[]; source: HealthSource; patienceMs: number };

/** Asks every service, for at most `patienceMs`: over HTTP where it has an address, else its container's own check. */
export const checkServices = async ({ services, source, patienceMs }: Checking): Promise<Checked[]> =>
  until({
    ask: async () => {
      const inventory = await source.list();
      return Promise.all(services.map((service) => check({ service, inventory, source })));
    },
    ends: (checked) => checked.every(({ isHealthy }) => isHealthy),
    everyMs: 500,
    patienceMs,
  });

type Look = { service: Service; inventory: Inventory; source: HealthSource };

const check = async ({ service, ...of }: Look): Promise<Checked> => {
  const { healthUrl } = service;
  const own = containerHealth({ service, ...of });
  const isStarted = own.isHealthy || own.health === STARTING;
  return { ...service, ...(isStarted && healthUrl ? await askUrl(healthUrl) : await healthNow({ service, ...of })) };
};

/** Docker has not probed a new container yet: it does so after a whole interval (docs/decisions/0010). */
export const STARTING = "starting";

/** The health of the service's container; if Docker has not probed it yet, its probe runs now. */
export const healthNow = async ({ service, inventory, source }: Look): Promise<Health> => {
  const own = containerHealth({ service, inventory });
  const isWell = own.health === STARTING && (await source.passesOwnCheck(service.container));
  return isWell ? { health: "healthy", isHealthy: true } : own;
};

/** A one-shot (`job`) has done its work when it has stopped. */
const containerHealth = ({ service, inventory }: Omit<Look, "source">): Health => {
  const container = inventory.containers.find(({ name }) => name === service.container);
  if (!container) return { health: "its container is gone", isHealthy: false };
  if (service.kind === "job") return { health: container.running ? "running" : "done", isHealthy: true };
  if (!container.running) return { health: "its container is not running", isHealthy: false };
  const health = container.health ?? "running";
  return { health, isHealthy: health === "healthy" || health === "running" };
};

const askUrl = async (url: string): Promise<Health> => {
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "manual" });
    return { health: ok ? "healthy" : `unhealthy: answers ${status}`, isHealthy: ok };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return { health: `unhealthy: ${cause?.code ?? message}`, isHealthy: false };
  }
};

/** Columns for people, in the order of the catalogue. */
export const table = (checked: readonly Checked[]): string =>
  columns([
    ["SYSTEM", "SERVICE", "URL", "HEALTH"],
    ...checked.map((row) => [row.system, row.service, row.url ?? "-", row.health]),
  ]);
