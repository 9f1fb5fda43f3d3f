import { randomBytes } from "node:crypto";
import { googleName } from "../../../infra/naming";
import { labelsOf, STACK_LABEL } from "../../../infra/targets/gcp/labels";
import { inForeground } from "../../terminal/processes";
import type { Report } from "../../terminal/phase";
import type { Execution, Google } from "./google";
import { followerOf } from "./log";
import { jobOf, templateOf } from "./template";
import { argumentsOf, PASSWORD_VARIABLE, type Words } from "./words";

/** What is run, and for which service of a cloud stack. */
export type CloudRun = {
  google: Google;
  stack: string;
  service: {
    system: string;
    name: string;
    /** "projects/p/locations/l/services/s", or that of a pool, a job or a revision. */
    resource: string;
  };
  words: Words;
  /** The image that runs instead of the service's own. */
  image?: string;
  /** The value of PASSWORD_VARIABLE. */
  password?: string;
  show: (line: string) => void;
  report: Report;
};

/** `who` is Google's name of whoever ran it. */
export type Outcome = { exitCode: number; who: string; failure?: string };

/** The label of the jobs and secrets that exist for one run. */
export const MANAGE_LABEL = "fleet-manage";

/** The longest run; Google ends it then, and takes the secret away. */
const SECONDS = 3600;
/** Cloud Logging has shown all once so many questions after the end bring nothing new. */
const QUIET = 3;

/**
 * Runs a management command as a job of its own, made of the template of what serves: its image, account, environment,
 * sockets and network. The job is deleted at its end, and on Ctrl-C, which cancels the run. What a killed command left is
 * taken away by the next one.
 */
export const runInCloud = (of: CloudRun, interrupt = new AbortController()): Promise<Outcome> => {
  return inForeground({ kill: () => interrupt.abort(), work: () => runOnce({ ...of, interrupt: interrupt.signal }) });
};

const runOnce = async (of: CloudRun & { interrupt: AbortSignal }): Promise<Outcome> => {
  const { google, stack, service, words, password, image, interrupt } = of;
  const template = await templateOf({ google, resource: service.resource });
  const location = service.resource.split("/").slice(0, 4).join("/");
  await sweep(of, location);
  const parts = [service.system, service.name, "manage", randomBytes(4).toString("hex")];
  const job = `${location}/jobs/${googleName({ kind: "run", stack, parts })}`;
  const secretId = googleName({ kind: "secret", stack, parts });
  const secret = `${location.split("/").slice(0, 2).join("/")}/secrets/${secretId}`;
  const labels = { ...labelsOf({ stack, system: service.system, part: service.name }), [MANAGE_LABEL]: "once" };
  const variable = { name: PASSWORD_VARIABLE, valueSource: { secretKeyRef: { secret: secretId, version: "1" } } };
  let isOver = true;
  try {
    if (password !== undefined) {
      const account = template.serviceAccount ?? "";
      await google.createSecret({ name: secret, value: password, account, labels, seconds: SECONDS });
    }
    if (interrupt.aborted) return interrupted("");
    const env = password === undefined ? [] : [variable];
    const args = argumentsOf(words);
    const body = jobOf({ template, args, labels, env, seconds: SECONDS, ...(image !== undefined && { image }) });
    await google.createJob({ name: job, body });
    if (interrupt.aborted) return interrupted("");
    isOver = false;
    const { name } = await google.startJob(job);
    const execution = await followed({ ...of, execution: name });
    isOver = true;
    return await outcomeOf({ google, execution, job, interrupt });
  } finally {
    // A run that cannot be seen any more is left to its end: deleting its job would kill it.
    if (isOver) await cleared(of, { job, ...(password !== undefined && { secret }) });
    else of.report(`the run may go on; its job is ${job}, which the next ./fleet manage takes away`);
  }
};

const interrupted = (who: string): Outcome => ({ exitCode: 130, who, failure: "it was interrupted" });

type Followed = CloudRun & { interrupt: AbortSignal; execution: string };

/** Shows the log until the execution has ended and its log is whole. */
const followed = async ({ google, execution: name, show, interrupt, report }: Followed): Promise<Execution> => {
  const follow = followerOf({ google, execution: name, show });
  let [isCancelled, quiet] = [false, 0];
  for (;;) {
    const execution = await google.get<Execution>(name);
    const isEnded = execution.completionTime !== undefined;
    if (interrupt.aborted && !isEnded && !isCancelled) {
      report("cancelling the run");
      await google.cancel(name);
      isCancelled = true;
    }
    quiet = (await follow()) || !isEnded ? 0 : quiet + 1;
    if (quiet >= QUIET) return execution;
    await google.pause();
  }
};

type Ended = { google: Google; execution: Execution; job: string; interrupt: AbortSignal };

const outcomeOf = async ({ google, execution, job, interrupt }: Ended): Promise<Outcome> => {
  const { creator = "" } = await google.get<{ creator?: string }>(job);
  const completed = execution.conditions?.find(({ type }) => type === "Completed");
  if (completed?.state === "CONDITION_SUCCEEDED") return { exitCode: 0, who: creator };
  if (interrupt.aborted) return interrupted(creator);
  const failure = completed?.message ?? "it gave no reason";
  return { exitCode: (await google.exitCode(execution.name)) || 1, who: creator, failure };
};

const cleared = async ({ google, report }: CloudRun, made: { job: string; secret?: string }): Promise<void> => {
  const left = [google.deleteJob(made.job), ...(made.secret === undefined ? [] : [google.deleteSecret(made.secret)])];
  for (const { status, reason } of (await Promise.allSettled(left)) as { status: string; reason?: Error }[])
    if (status === "rejected")
      report(`something was left, which the next ./fleet manage or Google itself takes away: ${reason?.message}`);
};

/** Deletes the jobs of commands that were killed, once their runs have ended. */
const sweep = async ({ google, stack, report }: CloudRun, location: string): Promise<void> => {
  const longAgo = new Date(Date.now() - 2 * SECONDS * 1000).toISOString();
  for (const { name, labels = {}, latestCreatedExecution, createTime } of await google.jobsIn(location)) {
    if (labels[STACK_LABEL] !== stack || labels[MANAGE_LABEL] === undefined) continue;
    if (latestCreatedExecution?.completionTime === undefined && createTime > longAgo) continue;
    report(`a command that was killed has left ${name}: it is deleted`);
    await google.deleteJob(name);
  }
};
