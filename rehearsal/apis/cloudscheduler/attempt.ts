import type { Cloud } from "../../api";
import { accountToken } from "../../callers";
import { Identity } from "../../realise/identity";
import { secondsOf } from "../../realise/quantities";
import { placeOf, type Place } from "./places";
import type { HttpTarget, Job, Status } from "./shapes";

/** google.rpc.Code by the HTTP status of a target's answer (google/rpc/code.proto). */
const CODES: Readonly<Record<number, number>> = {
  ...{ 400: 3, 401: 16, 403: 7, 404: 5, 409: 10, 429: 8, 499: 1, 500: 13, 501: 12, 503: 14, 504: 4 },
};
const [UNKNOWN, DEADLINE_EXCEEDED, FAILED_PRECONDITION, INTERNAL, UNAVAILABLE] = [2, 4, 9, 13, 14];

/** How Cloud Scheduler's logs call some answers; `ERROR_OTHER` is every other one. */
const NAMED: Readonly<Record<number, string>> = { 401: "ERROR_AUTHENTICATION", 404: "ERROR_NOT_FOUND" };

type Attempt = { cloud: Cloud; job: Job; scheduleTime: string };

/** Calls a job's target once. */
export const attempt = async ({ cloud, job, scheduleTime }: Attempt): Promise<Status> => {
  const { httpTarget, attemptDeadline } = job;
  const place = placeOf(cloud, httpTarget.uri);
  if (!place) return { code: UNAVAILABLE, message: `${httpTarget.uri} is not there any more.` };
  const authorization = await authorizationOf({ cloud, target: httpTarget, place });
  try {
    const { status, body } = await fetch(place.url, {
      method: httpTarget.httpMethod,
      headers: { ...headersOf({ job, scheduleTime }), ...(authorization && { authorization }) },
      ...(httpTarget.body && { body: Buffer.from(httpTarget.body, "base64") }),
      redirect: "manual",
      signal: AbortSignal.timeout(secondsOf(attemptDeadline) * 1000),
    });
    await body?.cancel();
    return statusOf(status);
  } catch (error) {
    if ((error as Error).name === "TimeoutError")
      return { code: DEADLINE_EXCEEDED, message: `The target did not answer within ${attemptDeadline}.` };
    return { code: UNAVAILABLE, message: `The target could not be reached: ${causeOf(error as Error)}` };
  }
};

/** `fetch` hides why it failed. */
const causeOf = ({ message, cause }: Error): string => (cause instanceof Error ? cause.message : message);

type Asking = { cloud: Cloud; target: HttpTarget; place: Place };

/** The access token of the account is made for this cloud alone: what else is called never sees it (check.ts). */
const authorizationOf = async ({ cloud, target, place }: Asking): Promise<string | undefined> => {
  const { oauthToken, oidcToken, uri } = target;
  if (oauthToken && place.kind === "api")
    return `Bearer ${accountToken({ token: cloud.realise.token, account: oauthToken.serviceAccountEmail ?? "" })}`;
  if (!oidcToken) return undefined;
  const { serviceAccountEmail = "", audience = uri } = oidcToken;
  return `Bearer ${await new Identity(cloud.realise.folder).token({ email: serviceAccountEmail, audience })}`;
};

/** Those of the connection are the client's own. */
const REPLACED = /^(?:host|content-length|connection|transfer-encoding|x-(?:google|appengine)-.*)$/i;

const headersOf = ({ job, scheduleTime }: Omit<Attempt, "cloud">): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(job.httpTarget.headers ?? {}).filter(([name]) => !REPLACED.test(name))),
  "X-CloudScheduler": "true",
  "X-CloudScheduler-JobName": job.name.slice(job.name.lastIndexOf("/") + 1),
  "X-CloudScheduler-ScheduleTime": scheduleTime,
});

/** An answer of 200 to 299 is a success. */
const statusOf = (http: number): Status => {
  if (http >= 200 && http < 300) return {};
  const rest = http >= 500 ? INTERNAL : http >= 400 ? FAILED_PRECONDITION : UNKNOWN;
  const debugInfo = `URL_ERROR-${NAMED[http] ?? "ERROR_OTHER"}. Original HTTP response code number = ${http}`;
  return { code: CODES[http] ?? rest, message: debugInfo };
};
