import type Docker from "dockerode";
import { dataVolumeOf } from "../../infra/naming";
import { refuse, type Problem } from "../../infra/problems";
import type { Container } from "../../docker/inventory";
import { ABSENT, ignoring, UNCHANGED } from "../../docker/refusals";
import { until } from "../../docker/wait";
import { healthSourceOf, type HealthSource } from "./health";
import type { Report } from "../terminal/phase";

const PATIENCE_MS = 60_000;

type Removal = {
  docker: Docker;
  containers: readonly Container[];
  report: Report;
  passesOwnCheck?: HealthSource["passesOwnCheck"];
  patienceMs?: number;
};

/**
 * Waits until the running datastores among the containers pass their own checks: then they may be stopped. One that is
 * stopped in its first boot leaves half a data folder, which every later server takes for a whole one and fails on.
 * @throws ProblemsError naming those that are not well in time.
 */
export const settleDatastores = async ({
  docker,
  containers,
  report,
  passesOwnCheck = healthSourceOf(docker).passesOwnCheck,
  patienceMs = PATIENCE_MS,
}: Removal): Promise<void> => {
  const unsure = containers.filter(({ running, health }) => running && health !== "healthy");
  const settle = async (container: string): Promise<Problem[]> => {
    let isReported = false;
    const ask = async (): Promise<boolean> => {
      const isWell = await passesOwnCheck(container);
      if (!isWell && !isReported)
        report(`${container} is not well yet, perhaps in its first boot: waiting before it is stopped`);
      isReported = true;
      return isWell;
    };
    return (await until({ ask, everyMs: 500, patienceMs })) ? [] : [unsettled({ container, patienceMs })];
  };
  // Not by the catalogue: it is another one after a change of branch.
  const datastores = unsure.filter(({ name, volumes }) => volumes.includes(dataVolumeOf(name)));
  refuse((await Promise.all(datastores.map(({ name }) => settle(name)))).flat());
};

const unsettled = ({ container, patienceMs }: { container: string; patienceMs: number }): Problem => ({
  path: container,
  message: `it was not well for ${patienceMs / 1000} seconds; stopped in its first boot it would leave half a data folder in the volume ${dataVolumeOf(container)}, so it was left running`,
  cure: `wait, then run this again; only if its log shows that it will never be well (docker logs --tail 50 ${container}): docker stop ${container}, then run this again`,
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
