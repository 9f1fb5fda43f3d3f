import { listEverything } from "../../../docker/inventory";
import { inForeground } from "../../terminal/processes";
import type { RunningStack } from "../../stack/running";

type Stopping<T> = {
  running: Pick<RunningStack, "docker" | "services">;
  systems: ReadonlySet<string>;
  report: (line: string) => void;
  work: () => Promise<T>;
};

/**
 * Does work while the services of systems are stopped, so that nothing writes to their data; those that ran are started
 * again whatever happens. Ctrl-C waits for the work, which looks at `wasInterrupted` where it can end early.
 */
export const withServicesStopped = async <T>({ running, systems, report, work }: Stopping<T>): Promise<T> => {
  const { docker, services } = running;
  const writers = services.filter(({ system, kind }) => systems.has(system) && kind !== "job");
  const names = new Set(writers.map(({ container }) => container));
  const stopped = (await listEverything(docker)).containers.filter(({ name, running }) => running && names.has(name));
  return inForeground({
    kill: () => report("ends as soon as it can; the services are started again first"),
    work: async () => {
      try {
        await Promise.all(stopped.map(({ id }) => docker.getContainer(id).stop()));
        return await work();
      } finally {
        await Promise.all(stopped.map(({ id }) => docker.getContainer(id).start()));
      }
    },
  });
};
