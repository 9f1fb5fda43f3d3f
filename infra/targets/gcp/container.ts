import type { PlannedWeb } from "../../plan/plan";
import type { HealthCheck, Limits } from "../../catalogue/vocabulary";

/**
 * What a container may use. Cloud Run gives a whole CPU at least where one serves several requests at once, and 512Mi
 * with it.
 */
export const resources = ({ cpu, memory }: Limits) => ({
  limits: { cpu: String(Math.max(1, Math.ceil(cpu))), memory: `${Math.max(512, Number.parseInt(memory, 10))}Mi` },
});

const seconds = (duration: string): number => Number.parseInt(duration, 10);

/** Asked until the first good answer; a process that needs longer is not started again but given up. */
export const startupProbe = ({
  path,
  port,
  healthCheck: { interval, timeout, retries, startPeriod },
}: {
  path: string;
  port: number;
  healthCheck: HealthCheck;
}) => ({
  httpGet: { path, port },
  periodSeconds: seconds(interval),
  timeoutSeconds: Math.min(seconds(timeout), seconds(interval)),
  failureThreshold: Math.ceil(seconds(startPeriod) / seconds(interval)) + retries,
});

/** Asked from then on; an instance that stops answering is replaced. */
export const livenessProbe = ({
  path,
  port,
  healthCheck: { timeout, retries },
}: {
  path: string;
  port: number;
  healthCheck: HealthCheck;
}) => ({ httpGet: { path, port }, periodSeconds: 30, timeoutSeconds: seconds(timeout), failureThreshold: retries });

/** Where Cloud Run puts the sockets of Cloud SQL. */
export const SOCKETS = "/cloudsql";

/** As many requests at once as gunicorn has threads: more would only wait inside, where no new instance helps. */
export const concurrencyOf = ({ env }: Pick<PlannedWeb, "env">): number =>
  Number(env["GUNICORN_WORKERS"] ?? 2) * Number(env["GUNICORN_THREADS"] ?? 4);
