import type { Limits } from "../../catalogue/vocabulary";
import type { PlannedWeb } from "../../plan/plan";
import { secondsOf } from "../../plan/serving";

/** A container's limits. Where it serves several requests at once, Cloud Run gives it at least a whole CPU and 512Mi. */
export const resources = ({ cpu, memory }: Limits) => ({
  limits: { cpu: String(Math.max(1, Math.ceil(cpu))), memory: `${Math.max(512, Number.parseInt(memory, 10))}Mi` },
});

/**
 * The startup probe runs until the first good answer; a process that needs longer is given up. The liveness probe runs
 * from then on, and an instance that fails it is replaced.
 */
export const probesOf = (web: Pick<PlannedWeb, "port" | "healthPath" | "healthCheck">) => {
  const { port, healthPath: path, healthCheck } = web;
  const { retries } = healthCheck;
  const interval = secondsOf(healthCheck.interval);
  const timeout = secondsOf(healthCheck.timeout);
  const httpGet = { path, port };
  return {
    startupProbe: {
      httpGet,
      periodSeconds: interval,
      timeoutSeconds: Math.min(timeout, interval),
      failureThreshold: Math.ceil(secondsOf(healthCheck.startPeriod) / interval) + retries,
    },
    livenessProbe: { httpGet, periodSeconds: 30, timeoutSeconds: timeout, failureThreshold: retries },
  };
};

/** The folder in which Cloud Run mounts the sockets of Cloud SQL. */
export const SOCKETS = "/cloudsql";
