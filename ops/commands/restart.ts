import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { settleDatastores } from "../stack/remove-containers";
import { listEverything } from "../../docker/inventory";
import { checkServices, healthSourceOf, STARTING, type Checked } from "../stack/health";
import { openStack, type RunningStack } from "../stack/running";
import { idOf, partsOf, selectParts, type Part } from "../stack/select";
import { tell } from "../terminal/phase";
import { requireState } from "../stack/guards";

const PATIENCE_MS = 60_000;

export const register: Register = (program) => {
  withStack(program.command("restart"))
    .description("restart services and datastores: all services, or those named (leads/web, leads/redis)")
    .argument("[names...]")
    .action(withExitCode(restart));
};

/** Restarts containers and waits until they are healthy. Without names: every service, no datastore and no job. */
export const restart = async (names: readonly string[], { stack }: { stack: string }): Promise<number> => {
  const running = await openStack(stack);
  const parts = partsOf(running).filter(({ kind }) => kind !== "job" && (names.length > 0 || kind !== "datastore"));
  const chosen = selectParts({ names, parts });
  await requireState({ running, parts: chosen, are: "made" });
  const datastores = chosen.filter(({ kind }) => kind === "datastore");
  await settleStarting({ running, datastores });
  // Services find their datastores up when they start.
  for (const group of [datastores, chosen.filter((part) => !datastores.includes(part))])
    await Promise.all(group.map(({ container }) => running.docker.getContainer(container).restart()));
  const checked = await checkServices({
    services: chosen.map(({ system, name, kind, container }) => ({ system, service: name, kind, container })),
    source: healthSourceOf(running.docker),
    patienceMs: PATIENCE_MS,
  });
  for (const { system, service, health } of checked)
    process.stdout.write(`${idOf({ system, name: service })}: ${health}\n`);
  return checked.every(isWell) ? 0 : 1;
};

/** Waits only for those that may be in their first boot: an unhealthy one is restarted at once. */
const settleStarting = async (of: { running: RunningStack; datastores: readonly Part[] }): Promise<void> => {
  if (of.datastores.length === 0) return;
  const { docker, stack } = of.running;
  const names = new Set(of.datastores.map(({ container }) => container));
  const { containers } = await listEverything(docker);
  const starting = containers.filter(({ name, health }) => names.has(name) && health === STARTING);
  await settleDatastores({ docker, stack, containers: starting, report: tell("restart") });
};

const isWell = ({ isHealthy }: Checked): boolean => isHealthy;
