import { setTimeout as sleep } from "node:timers/promises";
import { askerOf, GoogleError } from "../../../infra/targets/gcp/google";
import { runDone, type RunOperation } from "../../../infra/targets/gcp/operations";
import type { Template } from "./template";

type Access = { accessToken: string | undefined; env: NodeJS.ProcessEnv; pauseMs: number };

export type Job = {
  name: string;
  labels?: Record<string, string>;
  creator?: string;
  createTime: string;
  latestCreatedExecution?: { completionTime?: string };
};

export type Execution = {
  name: string;
  completionTime?: string;
  logUri?: string;
  conditions?: { type: string; state: string; message?: string }[];
};

type Task = { lastAttemptResult?: { exitCode?: number } };

/** The fields of Cloud Run's services, pools and jobs that a command's template is made of. */
export type Deployed = { latestReadyRevision?: string; template?: Template & { template?: Template } };

export type LogEntry = {
  insertId: string;
  timestamp: string;
  resource?: { labels?: Record<string, string> };
  textPayload?: string;
  jsonPayload?: Record<string, unknown>;
};

/** The calls of Google's that a one-off run makes. */
export type Google = ReturnType<typeof connectGoogle>;

export const connectGoogle = ({ pauseMs, ...access }: Access) => {
  const asking = (product: string, usual: string) =>
    askerOf({ ...access, pauseMs, base: access.env[`GOOGLE_${product}_CUSTOM_ENDPOINT`] ?? usual });
  const run = asking("CLOUD_RUN_V2", "https://run.googleapis.com/v2/");
  const secrets = asking("SECRET_MANAGER", "https://secretmanager.googleapis.com/v1/");
  const logging = asking("LOGGING", "https://logging.googleapis.com/v2/");

  const settled = (operation: RunOperation): Promise<void> => runDone({ operation, ask: run, pauseMs });

  const jobsIn = async (location: string, page?: string): Promise<Job[]> => {
    const at = `${location}/jobs?pageSize=500${page === undefined ? "" : `&pageToken=${encodeURIComponent(page)}`}`;
    const { jobs = [], nextPageToken } = await run<{ jobs?: Job[]; nextPageToken?: string }>("GET", at);
    return nextPageToken ? [...jobs, ...(await jobsIn(location, nextPageToken))] : jobs;
  };

  return {
    pause: () => sleep(pauseMs),
    get: <T>(name: string): Promise<T> => run<T>("GET", name),
    jobsIn,
    createJob: async ({ name, body }: { name: string; body: object }): Promise<void> => {
      const [location, id] = name.split("/jobs/");
      await settled(await run<RunOperation>("POST", `${location}/jobs?jobId=${id}`, body));
    },
    startJob: async (name: string): Promise<Execution> =>
      (await run<{ metadata: Execution }>("POST", `${name}:run`)).metadata,
    cancel: async (execution: string): Promise<void> => void (await run("POST", `${execution}:cancel`)),
    /** The exit code of an execution's only task; undefined where it never ran. */
    exitCode: async (execution: string): Promise<number | undefined> => {
      const { tasks = [] } = await run<{ tasks?: Task[] }>("GET", `${execution}/tasks`);
      const result = tasks[0]?.lastAttemptResult;
      return result && (result.exitCode ?? 0);
    },
    deleteJob: async (name: string): Promise<void> =>
      unlessGone(async () => settled(await run<RunOperation>("DELETE", name))),
    /** Makes a secret that one account may read, and that Google takes away after `seconds` whatever becomes of us. */
    createSecret: async ({ name, value, account, labels, seconds }: SecretArgs): Promise<void> => {
      const [project, id] = name.split("/secrets/");
      const body = { replication: { automatic: {} }, labels, ttl: `${seconds}s` };
      await secrets("POST", `${project}/secrets?secretId=${id}`, body);
      await secrets("POST", `${name}:addVersion`, { payload: { data: Buffer.from(value).toString("base64") } });
      const binding = { role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${account}`] };
      await secrets("POST", `${name}:setIamPolicy`, { policy: { bindings: [binding] } });
    },
    deleteSecret: (name: string): Promise<void> => unlessGone(async () => void (await secrets("DELETE", name))),
    entries: async ({ project, filter }: { project: string; filter: string }): Promise<LogEntry[]> => {
      const all: LogEntry[] = [];
      for (let pageToken: string | undefined = ""; pageToken !== undefined;) {
        const body = { resourceNames: [`projects/${project}`], filter, orderBy: "timestamp asc", pageSize: 1000 };
        const page: Entries = await logging("POST", "entries:list", { ...body, ...(pageToken && { pageToken }) });
        all.push(...(page.entries ?? []));
        pageToken = page.nextPageToken;
      }
      return all;
    },
  };
};

type Entries = { entries?: LogEntry[]; nextPageToken?: string };
type SecretArgs = { name: string; value: string; account: string; labels: Record<string, string>; seconds: number };

/** What is gone is what was wanted. */
const unlessGone = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GoogleError && error.status === 404)) throw error;
  }
};
