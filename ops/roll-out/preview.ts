import { execFile } from "node:child_process";
import type { Session } from "../start/set-up";

type Step = {
  op: string;
  urn: string;
  diffReasons?: string[];
  detailedDiff?: Record<string, unknown> | null;
  newState?: { type: string };
};

/** What a preview says that an update would do. */
export type Previewed = {
  /** The URNs of web services whose template changes: each gets a new revision. */
  changed: readonly string[];
  /** The URNs of worker pools that change, and of scheduled jobs. */
  pools: readonly string[];
  scheduled: readonly string[];
  /** How many resources would be made, changed and so on. */
  counts: Readonly<Record<string, number>>;
};

/** Previews an update with the policies. Resolves to Pulumi's own words where it fails. */
export const previewed = async (session: Session): Promise<Previewed | { failure: string }> => {
  const args = ["preview", "--json", "--non-interactive", ...session.stackArgs];
  const { ok, stdout, stderr } = await new Promise<{ ok: boolean; stdout: string; stderr: string }>((resolve) =>
    execFile(session.binary, args, { env: session.env, maxBuffer: 256 << 20 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout, stderr }),
    ),
  );
  const told = jsonIn(stdout);
  if (!ok || told === undefined) return { failure: failureIn(told) || stderr.trim() || stdout.trim().slice(-4000) };
  return changesIn(told.steps ?? []);
};

type Told = { steps?: Step[]; diagnostics?: { message: string; severity: string }[] };

const jsonIn = (text: string): Told | undefined => {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return undefined;
  }
};

const failureIn = (told: Told | undefined): string =>
  (told?.diagnostics ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim())
    .join("\n");

const SERVICE = "gcp:cloudrunv2/service:Service";
const POOL = "gcp:cloudrunv2/workerPool:WorkerPool";
const JOB = "gcp:cloudrunv2/job:Job";
/** A job is a scheduled one where there is this beside it, with a name that begins with the job's. */
const SCHEDULE = "gcp:cloudscheduler/job:Job";
const SAME = ["same", "refresh", "read"];

/** A change of the template makes a revision; where Pulumi does not say what changes, it is one. */
export const changesIn = (steps: readonly Step[]): Previewed => {
  const counts: Record<string, number> = {};
  for (const { op } of steps) if (!SAME.includes(op)) counts[op] = (counts[op] ?? 0) + 1;
  const changing = (type: string): Step[] =>
    steps.filter((step) => !SAME.includes(step.op) && step.op !== "create" && step.urn.includes(`${type}::`));
  const paths = ({ detailedDiff, diffReasons }: Step): string[] =>
    Object.keys(detailedDiff ?? {}).concat(diffReasons ?? []);
  const changesTemplate = (step: Step): boolean =>
    paths(step).length === 0 || paths(step).some((path) => path.startsWith("template"));
  const rolled = (type: string): string[] =>
    changing(type)
      .filter(changesTemplate)
      .map(({ urn }) => urn);
  const isScheduled = (urn: string): boolean =>
    steps.some((step) => step.urn === `${urn.replace(JOB, SCHEDULE)}-schedule`);
  return { changed: rolled(SERVICE), pools: rolled(POOL), scheduled: rolled(JOB).filter(isScheduled), counts };
};
