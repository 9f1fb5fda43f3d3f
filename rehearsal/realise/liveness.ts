import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { inspectContainer } from "./containers";
import { hostPortOf, passes, untilStarted, type Probe } from "./instance";

type Watching = {
  docker: Docker;
  container: string;
  startup: Probe | undefined;
  liveness: Probe;
  /** Runs a probe; a service's instance has its CPU for that long. */
  during: (probe: () => Promise<boolean>) => Promise<boolean>;
  signal: AbortSignal;
};

/**
 * Asks a started container again and again whether it lives, and replaces what runs in it after as many failures as the probe
 * says: https://cloud.google.com/run/docs/configuring/healthchecks#liveness-probes
 */
export const watchLiveness = async (of: Watching): Promise<void> => {
  const { docker, container, startup, liveness, signal } = of;
  const { initialDelaySeconds, periodSeconds, failureThreshold } = liveness;
  const wait = (seconds: number) => sleep(seconds * 1000, undefined, { signal, ref: false });
  await wait(initialDelaySeconds);
  for (let failures = 0; !signal.aborted;) {
    await wait(periodSeconds);
    const found = await inspectContainer(docker, container);
    // One that ended by itself is started again by others, or was meant to end.
    if (!found?.State.Running) continue;
    const lives = await of.during(() => passes(hostPortOf(found, liveness.port), liveness));
    failures = lives ? 0 : failures + 1;
    if (failures < failureThreshold || signal.aborted) continue;
    await docker.getContainer(container).restart({ t: 0 });
    if (startup) await untilStarted(docker, container, startup);
    failures = 0;
  }
};
