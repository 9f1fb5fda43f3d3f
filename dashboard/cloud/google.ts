/**
 * The fields that are read of Google's resources, as its discovery documents describe them (run v2, sqladmin v1, redis v1,
 * secretmanager v1). proto3 JSON leaves out what is zero, false or empty: all but the names can be absent.
 */

export type Condition = { type?: string; state?: string; message?: string };

type Named = { name: string; createTime?: string };
type Target = { type?: string; revision?: string; percent?: number; tag?: string };

export type RunService = Named & {
  uri?: string;
  terminalCondition?: Condition;
  latestReadyRevision?: string;
  latestCreatedRevision?: string;
  trafficStatuses?: Target[];
  invokerIamDisabled?: boolean;
};

export type RunPool = Omit<RunService, "trafficStatuses"> & {
  scaling?: { manualInstanceCount?: number };
  instanceSplitStatuses?: Target[];
};

export type RunRevision = Named & { conditions?: Condition[]; containers?: { image?: string }[] };

export type RunJob = Named & { terminalCondition?: Condition };

export type RunExecution = Named & {
  startTime?: string;
  completionTime?: string;
  conditions?: Condition[];
  taskCount?: number;
  succeededCount?: number;
  failedCount?: number;
  cancelledCount?: number;
  retriedCount?: number;
};

export type Policy = { bindings?: { role: string; members?: string[] }[] };

export type SqlInstance = {
  name: string;
  state?: string;
  databaseVersion?: string;
  region?: string;
  connectionName?: string;
  settings?: { tier?: string; edition?: string; availabilityType?: string; deletionProtectionEnabled?: boolean };
};

export type RedisInstance = Named & {
  displayName?: string;
  state?: string;
  statusMessage?: string;
  tier?: string;
  memorySizeGb?: number;
  redisVersion?: string;
  host?: string;
  port?: number;
  transitEncryptionMode?: string;
  authEnabled?: boolean;
};

export type SecretVersion = { name: string; state?: string };
