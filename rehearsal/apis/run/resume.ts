import type { Cloud } from "../../api";
import { resumePools } from "./deploy-pool";
import { closeFrontEnds, openFrontEnd } from "./front-ends";
import { closeWatches } from "./instances";
import { RunMachine } from "./machine";
import { adoptInstances, closeScalers } from "./scalers";
import { REVISIONS, SERVICES, type Revision, type Service } from "./shapes";

/**
 * Makes services reachable, after a start of the rehearsal: what runs serves on, and the first request starts what does
 * not. Worker pools, which nobody asks, are started.
 */
export const resume = async (cloud: Cloud): Promise<void> => {
  for (const service of cloud.store.list<Service>(SERVICES)) {
    await openFrontEnd(cloud, service.name);
    for (const { revision, percent = 0 } of service.trafficStatuses) {
      const found = cloud.store.get<Revision>(REVISIONS, `${service.name}/revisions/${revision}`);
      if (found && percent > 0) await adoptInstances(cloud, found);
    }
  }
  await resumePools(cloud);
};

/** Closes what listens and looks. Containers go on. */
export const closeRun = async (cloud: Cloud): Promise<void> => {
  await closeFrontEnds(cloud);
  closeScalers(cloud);
  closeWatches(cloud);
  await RunMachine.of(cloud).close();
};
