import type { gaxios as Gaxios } from "google-auth-library";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { PlainError } from "../../problems";
import { LOOPBACK } from "../../loopback";
import { BACKUP_FIRST } from "../review-migrations";

/** Cloud Run's API as far as a job has to be run and awaited; one object for each update. */
export type JobRunner = {
  /**
   * Makes sure that the job has succeeded for a generation: unless a run of it has, it starts one and awaits its end.
   * A run that is guarded and finds that a backup comes first is followed by the backup, and by the job as it is.
   * @returns the failure, or undefined.
   */
  run: (of: { job: string; label: string; generation: string; guard?: Guard }) => Promise<string | undefined>;
};

/** What stands before a job that may lose data. */
export type Guard = {
  /** The arguments with which the job reviews first what it would do; without them nobody knows, and a backup comes first. */
  args: readonly string[] | undefined;
  /** Backs up what the job may change. @throws PlainError */
  backUp: () => Promise<void>;
};

type Execution = {
  name: string;
  labels?: Record<string, string>;
  completionTime?: string;
  logUri?: string;
  conditions?: { type: string; state: string; message?: string }[];
};

/** `accessToken` is the provider's own setting of that name; without it, credentials come from Google's usual places. */
export type Access = { accessToken: string | undefined; env: NodeJS.ProcessEnv; pauseMs?: number };

/** Connects to Cloud Run. */
export const connectRun = ({ pauseMs = 2000, ...access }: Access): JobRunner => {
  const base = access.env["GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT"] ?? "https://run.googleapis.com/v2/";
  const ask = askerOf({ ...access, pauseMs, base });

  const finished = async (name: string): Promise<Execution> => {
    for (;;) {
      const execution = await ask<Execution>("GET", name);
      // The job's own timeout ends it on Google's side.
      if (execution.completionTime !== undefined) return execution;
      await sleep(pauseMs);
    }
  };

  const start = async (job: string, args?: readonly string[]): Promise<string> => {
    const body = args && { overrides: { containerOverrides: [{ args }] } };
    return (await ask<{ metadata: Execution }>("POST", `${job}:run`, body)).metadata.name;
  };

  /** Starts a job behind its guard: reviewed, or after a backup where nobody can review it, or Google does not take the request. */
  const startGuarded = async (job: string, guard: Guard | undefined): Promise<string> => {
    if (guard === undefined) return start(job);
    try {
      if (guard.args !== undefined) return await start(job, guard.args);
    } catch (error) {
      if (!(error instanceof GoogleError && error.status === 400)) throw error;
    }
    await guard.backUp();
    return start(job);
  };

  /** The exit code of a run's only task; undefined where it never ran. */
  const exitCode = async (execution: string): Promise<number | undefined> => {
    const { tasks = [] } = await ask<{ tasks?: Task[] }>("GET", `${execution}/tasks`);
    return tasks[0]?.lastAttemptResult?.exitCode;
  };

  return {
    run: async ({ job, label, generation, guard }) => {
      const { executions = [] } = await ask<{ executions?: Execution[] }>("GET", `${job}/executions?pageSize=100`);
      const own = executions.filter(({ labels }) => labels?.[label] === generation);
      if (own.some(hasSucceeded)) return undefined;

      const running = own.find(({ completionTime }) => completionTime === undefined);
      const first = await finished(running?.name ?? (await startGuarded(job, guard)));
      if (hasSucceeded(first)) return undefined;
      if (guard?.args === undefined || (await exitCode(first.name)) !== BACKUP_FIRST) return failureOf(first);
      await guard.backUp();
      const second = await finished(await start(job));
      return hasSucceeded(second) ? undefined : failureOf(second);
    },
  };
};

type Task = { lastAttemptResult?: { exitCode?: number } };

const completed = ({ conditions = [] }: Execution) => conditions.find(({ type }) => type === "Completed");

const hasSucceeded = (execution: Execution): boolean => completed(execution)?.state === "CONDITION_SUCCEEDED";

const failureOf = (execution: Execution): string =>
  [
    completed(execution)?.message ?? "it gave no reason",
    ...(execution.logUri ? [`log: ${execution.logUri}`] : []),
  ].join("\n    ");

/**
 * Asks one of Google's APIs, with one token for all questions: `ask("GET", "projects/p/secrets")`.
 *
 * A GET that meets a quota, a failing server or a lost connection is asked again for a good minute, in which quotas come
 * back. Anything else is not: it may have taken effect.
 * @throws GoogleError with the request and the answer, where the request fails.
 */
export const askerOf = ({ base, accessToken, env, pauseMs = 2000 }: Access & { base: string }) => {
  let token: Promise<string> | undefined;
  return async <T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body: object = {}): Promise<T> => {
    try {
      token ??= accessTokenFor({ accessToken, env });
      const bearer = await token;
      const { gaxios } = await import("google-auth-library");
      const { data } = await gaxios.request<string>({
        url: `${base.replace(/\/?$/, "/")}${path}`,
        method,
        headers: { authorization: `Bearer ${bearer}` },
        ...(method === "POST" || method === "PATCH" ? { data: body } : {}),
        responseType: "text",
        // The provider does the same: a proxy is for the internet.
        noProxy: LOOPBACK,
        // Pauses of 0.1, 0.5, 1.5, 3.5, 7.5, 15.5, 20 and 20 seconds.
        retryConfig: { retry: 8, noResponseRetries: 8, httpMethodsToRetry: ["GET"], maxRetryDelay: 10 * pauseMs },
      });
      return JSON.parse(data) as T;
    } catch (error) {
      throw new GoogleError({ asked: `${method} ${path}`, error: error as Failure });
    }
  };
};

/** `response` is absent where no answer came. */
type Failure = Pick<Gaxios.GaxiosError<string>, "message" | "response">;

/** A request that failed; `status` is Google's answer, where one came. */
export class GoogleError extends PlainError {
  readonly status: number | undefined;

  constructor(of: { asked: string; error: Failure }) {
    super(askedInVain(of));
    this.status = of.error.response?.status;
  }
}

const askedInVain = ({ asked, error: { message, response } }: { asked: string; error: Failure }): string =>
  [
    response ? `${asked} answered ${response.status}: ${response.data.slice(0, 500)}` : `${asked} failed: ${message}`,
    "  cure: mend what it says, or wait where Google Cloud is at fault, then run the same again.",
  ].join("\n");

/** The token of the stack's config or, without one, of whoever runs this. */
export const accessTokenFor = ({ accessToken, env }: Pick<Access, "accessToken" | "env">): Promise<string> =>
  accessToken === undefined ? applicationToken(env) : Promise.resolve(accessToken);

/** Finds a token as the provider does: GOOGLE_OAUTH_ACCESS_TOKEN, GOOGLE_CREDENTIALS, application default credentials. */
const applicationToken = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const { GOOGLE_OAUTH_ACCESS_TOKEN: given, GOOGLE_CREDENTIALS: key } = env;
  if (given) return given;
  const { GoogleAuth } = await import("google-auth-library");
  const credentials = key ? (JSON.parse(key.startsWith("{") ? key : readFileSync(key, "utf8")) as object) : undefined;
  const auth = new GoogleAuth({
    scopes: "https://www.googleapis.com/auth/cloud-platform",
    ...(credentials ? { credentials } : {}),
  });
  const token = await auth.getAccessToken();
  if (!token) throw new Error("no credentials for Google Cloud were found; run: gcloud auth application-default login");
  return token;
};
