import type { Limits } from "../../catalogue/vocabulary";
import type { PlannedWeb } from "../../plan/plan";
import { secondsOf } from "../../plan/serving";
import { cloudLimits } from "../../plan/sizes";

/** A container's limits. */
export const resources = (limits: Limits) => {
  const { cpus, mib } = cloudLimits(limits);
  return { limits: { cpu: String(cpus), memory: `${mib}Mi` } };
};

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
