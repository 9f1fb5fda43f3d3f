import type Docker from "dockerode";
import { dataVolumeOf } from "../../infra/naming";
import { refuse, type Problem } from "../../infra/problems";
import { PART_LABEL, SYSTEM_LABEL } from "../../infra/targets/local/labels";
import type { Container } from "../../docker/inventory";
import { ABSENT, ignoring, UNCHANGED } from "../../docker/refusals";
import { until } from "../../docker/wait";
import { healthSourceOf, type HealthSource } from "./health";
import { command, type Stack } from "./stack";
import type { Report } from "../terminal/phase";

const PATIENCE_MS = 60_000;

type Removal = {
  docker: Docker;
  containers: readonly Container[];
  report: Report;
  /** The stack whose state knows the containers, so that `./fleet logs` can name them. */
  stack?: Stack;
  passesOwnCheck?: HealthSource["passesOwnCheck"];
  patienceMs?: number;
};

/**
 * Waits until the running datastores among the containers pass their health checks: then they may be stopped. One that is
 * stopped in its first boot leaves half a data folder, which every later server takes for a whole one and fails on.
 * @throws ProblemsError naming those that are not healthy in time.
 */
export const settleDatastores = async (of: Removal): Promise<void> => {
  const { docker, containers, report, stack, patienceMs = PATIENCE_MS } = of;
  const { passesOwnCheck = healthSourceOf(docker).passesOwnCheck } = of;
  const unsure = containers.filter(({ running, health }) => running && health !== "healthy");
  const settle = async (datastore: Container): Promise<Problem[]> => {
    const container = datastore.name;
    let isReported = false;
    const ask = async (): Promise<boolean> => {
      const isWell = await passesOwnCheck(container);
      if (!isWell && !isReported)
        report(`${container} is not healthy yet, perhaps in its first boot: waiting before it is stopped`);
      isReported = true;
      return isWell;
    };
    return (await until({ ask, everyMs: 500, patienceMs })) ? [] : [unsettled({ datastore, stack, patienceMs })];
  };
  // The catalogue does not decide: it differs after a change of branch.
  const datastores = unsure.filter(({ name, volumes }) => volumes.includes(dataVolumeOf(name)));
  refuse((await Promise.all(datastores.map(settle))).flat());
};

type Unsettled = { datastore: Container; stack: Stack | undefined; patienceMs: number };

const unsettled = ({ datastore: { name: container, labels }, stack, patienceMs }: Unsettled): Problem => ({
  path: container,
  message: `it was not healthy for ${patienceMs / 1000} seconds; stopped in its first boot it would leave half a data folder in the volume ${dataVolumeOf(container)}, so it was left running`,
  cure: `wait, then run this again; only if its log shows that it will never be healthy (${stack ? command(`logs --tail 50 ${labels[SYSTEM_LABEL]}/${labels[PART_LABEL]}`, stack) : `docker logs --tail 50 ${container}`}): docker stop ${container}, then run this again`,
});

/**
 * Stops containers, each with the grace it was made with, and removes them; volumes stay.
 * @throws ProblemsError, with all of them left as they are, where a datastore cannot be stopped without harm.
 */
export const removeContainers = async (of: Removal): Promise<void> => {
  await settleDatastores(of);
  await Promise.all(
    of.containers.map(async ({ id }) => {
      const container = of.docker.getContainer(id);
      await ignoring([UNCHANGED, ABSENT], container.stop());
      await ignoring([ABSENT], container.remove({ force: true, v: false }));
    }),
  );
};
