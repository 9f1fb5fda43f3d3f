/** What a page is told of a stack on Google Cloud, beside its parts. No value of a secret or of a variable is in it. */
import type { Part } from "../messages";

/** How far a resource is; the word is for people, the message is Google's own. */
export type State = { mood: "good" | "busy" | "bad" | "idle"; word: string; message?: string };

/** What an API told last. Where it does not answer now, `why` says so, and the items are from before. */
export type Seen<T> = { items: readonly T[]; why?: string };

export type Revision = {
  /** `prod-booking-reservas-00002-abc` */
  name: string;
  /** Its name without the service's: `00002-abc`. */
  shortName: string;
  state: State;
  /** ISO 8601. */
  createTime?: string;
  image?: string;
  /** Its share: of a service's requests, of a pool's instances. */
  percent: number;
  tags: readonly string[];
};

type Serving = { name: string; state: State; revisions: readonly Revision[] };

export type CloudService = Serving & {
  uri?: string;
  /** Whether everybody may call it; absent where that could not be read. */
  isPublic?: boolean;
};

export type WorkerPool = Serving & { instanceCount: number };

export type Execution = {
  name: string;
  state: State;
  createTime?: string;
  completionTime?: string;
  /** The number of its tasks, by what became of them. */
  tasks: { all: number; succeeded: number; failed: number; cancelled: number; retried: number };
};

export type Job = { name: string; state: State; executions: readonly Execution[] };

/** A server of Cloud SQL or Memorystore. */
export type DataServer = {
  name: string;
  state: State;
  /** `POSTGRES_15`, `REDIS_7_2`. */
  version: string;
  /** Facts for people, by their names. */
  facts: Readonly<Record<string, string>>;
  databases?: Seen<string>;
  users?: Seen<string>;
};

/** A secret by its name, and the number of its versions by their state. */
export type CloudSecret = { name: string; enabled: number; disabled: number; destroyed: number; why?: string };

/** One kind of finding of the rehearsed cloud's report. */
export type Finding = {
  title: string;
  /** Whether one of them fails a rehearsal. */
  isFault: boolean;
  lines: readonly { text: string; times: number; last?: string }[];
};

/** A container of a rehearsed cloud: an instance of a revision, a task of an execution, a server. */
export type Instance = Part & {
  resource: string;
  /** The revision or execution. */
  of?: string;
};

/** A phase of a change that is rehearsed there, or a verdict on it. */
export type ChangeStep = { title: string; state: State; lines: readonly string[] };

export type Facts = {
  /** Nothing where no change is rehearsed. */
  change: Seen<ChangeStep>;
  services: Seen<CloudService>;
  pools: Seen<WorkerPool>;
  jobs: Seen<Job>;
  sql: Seen<DataServer>;
  redis: Seen<DataServer>;
  secrets: Seen<CloudSecret>;
  report: Seen<Finding>;
};

export type CloudPicture = Facts & {
  project: string;
  region: string;
  /** The address of a rehearsed cloud. */
  address: string;
  instances: readonly Instance[];
};
