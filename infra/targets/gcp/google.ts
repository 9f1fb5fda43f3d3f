import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Cloud Run's API as far as a job has to be run and awaited; one object for each update. */
export type JobRunner = {
  /**
   * Makes sure that the job has succeeded for a generation: nothing if a run of it has, else a new run to its end.
   * @returns what went wrong, or undefined.
   */
  run: (of: { job: string; label: string; generation: string }) => Promise<string | undefined>;
};

/** Whether a URL points at this machine. */
export const isLoopback = (url: string): boolean => {
  try {
    return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
  } catch {
    return false;
  }
};

type Execution = {
  name: string;
  labels?: Record<string, string>;
  completionTime?: string;
  logUri?: string;
  conditions?: { type: string; state: string; message?: string }[];
};

/** `accessToken` is the provider's own setting of that name; without it, Google's usual places are asked. */
export const connectRun = ({
  accessToken,
  env,
  pauseMs = 2000,
}: {
  accessToken: string | undefined;
  env: NodeJS.ProcessEnv;
  pauseMs?: number;
}): JobRunner => {
  const ask = askerOf({
    base: env["GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT"] ?? "https://run.googleapis.com/v2/",
    accessToken,
    env,
  });

  const finished = async (name: string): Promise<Execution> => {
    for (;;) {
      const execution = await ask<Execution>("GET", name);
      // The job's own timeout ends it on Google's side.
      if (execution.completionTime !== undefined) return execution;
      await sleep(pauseMs);
    }
  };

  return {
    run: async ({ job, label, generation }) => {
      const { executions = [] } = await ask<{ executions?: Execution[] }>("GET", `${job}/executions?pageSize=100`);
      const own = executions.filter(({ labels }) => labels?.[label] === generation);
      if (own.some(hasSucceeded)) return undefined;

      const running = own.find(({ completionTime }) => completionTime === undefined);
      const name = running?.name ?? (await ask<{ metadata: Execution }>("POST", `${job}:run`)).metadata.name;
      const execution = await finished(name);
      return hasSucceeded(execution) ? undefined : failureOf(execution);
    },
  };
};

const completed = ({ conditions = [] }: Execution) => conditions.find(({ type }) => type === "Completed");

const hasSucceeded = (execution: Execution): boolean => completed(execution)?.state === "CONDITION_SUCCEEDED";

const failureOf = (execution: Execution): string =>
  [
    completed(execution)?.message ?? "it gave no reason",
    ...(execution.logUri ? [`log: ${execution.logUri}`] : []),
  ].join("\n    ");

/**
 * Asks one of Google's APIs, with one token for all questions: `ask("GET", "projects/p/secrets")`.
 * @throws Error with what was asked and what the answer says, where it is no good one.
 */
export const askerOf = ({
  base,
  accessToken,
  env,
}: {
  base: string;
  accessToken: string | undefined;
  env: NodeJS.ProcessEnv;
}) => {
  let token: Promise<string> | undefined;
  return async <T>(method: "GET" | "POST", path: string): Promise<T> => {
    token ??= accessToken === undefined ? applicationToken(env) : Promise.resolve(accessToken);
    const response = await fetch(`${base.replace(/\/?$/, "/")}${path}`, {
      method,
      headers: { authorization: `Bearer ${await token}`, "content-type": "application/json" },
      ...(method === "POST" ? { body: "{}" } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  };
};

/** As the provider finds one: GOOGLE_OAUTH_ACCESS_TOKEN, GOOGLE_CREDENTIALS, application default credentials. */
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
