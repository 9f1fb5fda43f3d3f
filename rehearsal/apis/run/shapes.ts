import type { Resource } from "../../store";

/** The parts of Cloud Run's resources that the rehearsal reads; everything else is kept and given back as it is. */
export type Container = Resource & {
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: EnvVar[];
  resources?: { limits?: Record<string, string>; cpuIdle?: boolean; startupCpuBoost?: boolean };
  ports?: { name?: string; containerPort?: number }[];
  volumeMounts?: { name: string; mountPath: string }[];
  startupProbe?: ProbeShape;
  livenessProbe?: ProbeShape;
};

export type EnvVar = {
  name: string;
  value?: string;
  valueSource?: { secretKeyRef?: { secret: string; version?: string } };
};

export type ProbeShape = {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  failureThreshold?: number;
  httpGet?: { path?: string; port?: number; httpHeaders?: { name: string; value?: string }[] };
  tcpSocket?: { port?: number };
  grpc?: object;
};

export type Volume = Resource & {
  name: string;
  cloudSqlInstance?: { instances?: string[] };
  emptyDir?: { sizeLimit?: string };
  secret?: SecretVolume;
};

/** Modes are the bits of Unix. */
export type SecretVolume = {
  secret: string;
  items?: { path: string; version?: string; mode?: number }[];
  defaultMode?: number;
};

/** The fields that the templates of revisions and of tasks share. */
export type Template = Resource & {
  serviceAccount?: string;
  containers?: Container[];
  volumes?: Volume[];
  timeout?: string;
  vpcAccess?: VpcAccess;
};

/** Direct VPC egress. */
export type VpcAccess = { egress?: string; networkInterfaces?: { network?: string; subnetwork?: string }[] };

export type Scaling = { minInstanceCount?: number; maxInstanceCount?: number };

type Serving = Template & { scaling?: Scaling; maxInstanceRequestConcurrency?: number };

export type RevisionTemplate = Serving & { revision?: string };
export type TaskTemplate = Template & { maxRetries?: number };

export type Condition = {
  type: string;
  state: "CONDITION_PENDING" | "CONDITION_RECONCILING" | "CONDITION_FAILED" | "CONDITION_SUCCEEDED";
  message?: string;
  lastTransitionTime: string;
  reason?: string;
  revisionReason?: string;
  executionReason?: string;
};

export type TrafficTarget = { type?: string; revision?: string; percent?: number; tag?: string; uri?: string };

/** The fields of every resource of Cloud Run: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services */
export type Common = Resource & {
  name: string;
  uid: string;
  generation: string;
  observedGeneration: string;
  etag: string;
  createTime: string;
  updateTime: string;
  reconciling?: boolean;
  conditions: Condition[];
};

export type Service = Common & {
  template: RevisionTemplate;
  traffic: TrafficTarget[];
  trafficStatuses: TrafficTarget[];
  terminalCondition: Condition;
  latestCreatedRevision: string;
  latestReadyRevision?: string;
  uri: string;
  urls: string[];
  customAudiences?: string[];
  invokerIamDisabled?: boolean;
  ingress: string;
  scaling?: Scaling;
};

/** `service` is the worker pool's name where it is one of those. */
export type Revision = Common & Serving & { service: string };

export type WorkerPool = Common & {
  template: RevisionTemplate;
  scaling: { manualInstanceCount?: number };
  terminalCondition: Condition;
  latestCreatedRevision: string;
  latestReadyRevision?: string;
};

export type Job = Common & {
  template: Resource & {
    taskCount?: number;
    parallelism?: number;
    labels?: Record<string, string>;
    template: TaskTemplate;
  };
  terminalCondition: Condition;
  executionCount: number;
  latestCreatedExecution?: Resource;
  startExecutionToken?: string;
  runExecutionToken?: string;
};

export type Execution = Common & {
  job: string;
  template: TaskTemplate;
  taskCount?: number;
  /** As many at a time as can be where it is 0. */
  parallelism?: number;
  completionTime?: string;
};

export type Task = Common &
  TaskTemplate & {
    job: string;
    execution: string;
    index: number;
    /** How often it was tried again. */
    retried?: number;
    startTime?: string;
    completionTime?: string;
  };

export const SERVICES = "run.services";
export const REVISIONS = "run.revisions";
export const POOLS = "run.workerPools";
export const JOBS = "run.jobs";
export const EXECUTIONS = "run.executions";
export const TASKS = "run.tasks";
