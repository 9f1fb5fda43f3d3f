import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { columns } from "./columns";
import type { Inventory } from "./engine";
import { stackOutputs, type State } from "./state";

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
export type Checked = Service & { health: string; isHealthy: boolean };

export const servicesOf = (state: State): Service[] => servicesSchema.parse(stackOutputs(state).services ?? []);

/** Asks every service, for at most `patienceMs`: over HTTP where it has an address, else its container's own check. */
export const checkServices = async (of: {
  services: readonly Service[];
  list: () => Promise<Inventory>;
  patienceMs: number;
}): Promise<Checked[]> => {
  const deadline = Date.now() + of.patienceMs;
  for (;;) {
    const inventory = await of.list();
    const checked = await Promise.all(of.services.map((service) => check({ service, inventory })));
    if (checked.every(({ isHealthy }) => isHealthy) || Date.now() > deadline) return checked;
    await sleep(500);
  }
};

const check = async ({ service, inventory }: { service: Service; inventory: Inventory }): Promise<Checked> => {
  const own = containerHealth({ service, inventory });
  // A new container is not waited for until Docker asks it for the first time: its address tells now.
  const isUp = own.isHealthy || own.health === STARTING;
  if (!isUp || !service.healthUrl) return { ...service, ...own };
  return { ...service, ...(await askUrl(service.healthUrl)) };
};

/** Docker has not asked a new container yet; the update that made it has (docs/decisions/0010). */
export const STARTING = "starting";

/** What the engine says of the service's container; a one-shot (`job`) has done its work when it has stopped. */
export const containerHealth = ({
  service,
  inventory,
}: {
  service: Service;
  inventory: Inventory;
}): { health: string; isHealthy: boolean } => {
  const container = inventory.containers.find(({ name }) => name === service.container);
  if (!container) return { health: "its container is gone", isHealthy: false };
  if (service.kind === "job") return { health: container.running ? "running" : "done", isHealthy: true };
  if (!container.running) return { health: "its container is not running", isHealthy: false };
  const health = container.health ?? "running";
  return { health, isHealthy: health === "healthy" || health === "running" };
};

const askUrl = async (url: string): Promise<{ health: string; isHealthy: boolean }> => {
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
