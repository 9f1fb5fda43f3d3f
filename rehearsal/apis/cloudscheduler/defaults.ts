import type { HttpTarget, Job, RetryConfig } from "./shapes";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/**
 * A job with what Cloud Scheduler fills in, as it gives it back; of the target it is what Terraform's provider overlooks in its answers
 * (mmv1/templates/terraform/constants/scheduler.erb in github.com/GoogleCloudPlatform/magic-modules).
 */
export const withDefaults = (job: Partial<Job> & { name: string; httpTarget: HttpTarget }): Job => ({
  state: "ENABLED",
  attemptDeadline: "180s",
  ...job,
  schedule: job.schedule ?? "",
  timeZone: job.timeZone || "UTC",
  retryConfig: retriesOf(job.retryConfig),
  httpTarget: targetOf(job.httpTarget),
});

const DEFAULTS = { maxRetryDuration: "0s", minBackoffDuration: "5s", maxBackoffDuration: "3600s", maxDoublings: 5 };

/** proto3 tells a number of zero and one that is absent alike. */
const retriesOf = ({ retryCount, maxDoublings, ...durations }: Partial<RetryConfig> = {}): RetryConfig => ({
  ...DEFAULTS,
  ...durations,
  ...(retryCount && { retryCount }),
  ...(maxDoublings && { maxDoublings }),
});

const targetOf = ({ httpMethod, headers = {}, oauthToken, oidcToken, ...target }: HttpTarget): HttpTarget => ({
  ...target,
  httpMethod: httpMethod && httpMethod !== "HTTP_METHOD_UNSPECIFIED" ? httpMethod : "POST",
  headers: {
    ...(target.body && !hasHeader(headers, "content-type") && { "Content-Type": "application/octet-stream" }),
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "user-agent")),
    "User-Agent": "Google-Cloud-Scheduler",
  },
  ...(oauthToken && { oauthToken: { ...oauthToken, scope: oauthToken.scope || SCOPE } }),
  ...(oidcToken && { oidcToken: { ...oidcToken, audience: oidcToken.audience || target.uri } }),
});

const hasHeader = (headers: Record<string, string>, name: string): boolean =>
  Object.keys(headers).some((key) => key.toLowerCase() === name);
