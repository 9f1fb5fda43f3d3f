import type { Cloud } from "../../api";
import { ensureRevision } from "./start-revision";
import { RunMachine } from "./machine";
import { REVISIONS, SERVICES, type Revision, type Service } from "./shapes";

/** Makes services reachable and starts the revisions that serve, after a start of the rehearsal. */
export const resume = async (cloud: Cloud): Promise<void> => {
  for (const service of cloud.store.list<Service>(SERVICES)) {
    await RunMachine.of(cloud).open(service.name);
    for (const { revision, percent = 0 } of service.trafficStatuses) {
      const found = cloud.store.get<Revision>(REVISIONS, `${service.name}/revisions/${revision}`);
      if (!found || percent === 0) continue;
      // A service that cannot start must not keep the server from starting; its front end answers 503.
      await ensureRevision(cloud, found).catch((error: Error) =>
        process.stderr.write(`${revision}: ${error.message}\n`),
      );
    }
  }
};
