import type { FieldViolation } from "../../errors";
import { own } from "../../own";
import type { Rules } from "../rules";
import { violation, type Visited } from "../walk";

type Instance = {
  tier?: string;
  memorySizeGb?: number;
  redisVersion?: string;
  redisConfigs?: Record<string, string>;
  replicaCount?: number;
  readReplicasMode?: string;
  locationId?: string;
  alternativeLocationId?: string;
  authorizedNetwork?: string;
  reservedIpRange?: string;
};

const whole = /^\d+$/;
const POLICIES =
  "volatile-lru|allkeys-lru|volatile-lfu|allkeys-lfu|volatile-random|allkeys-random|volatile-ttl|noeviction";

/** https://cloud.google.com/memorystore/docs/redis/supported-redis-configurations, with the values and first versions there. */
const CONFIGS: Readonly<Record<string, RegExp>> = {
  activedefrag: /^(?:yes|no)$/,
  "lazyfree-lazy-eviction": /^(?:yes|no)$/,
  "lazyfree-lazy-expire": /^(?:yes|no)$/,
  "lazyfree-lazy-user-del": /^(?:yes|no)$/,
  "lazyfree-lazy-user-flush": /^(?:yes|no)$/,
  "lfu-decay-time": whole,
  "lfu-log-factor": whole,
  "maxmemory-clients": /^\d+%?$/,
  "maxmemory-gb": /^\d+(?:\.\d+)?$/,
  "maxmemory-policy": new RegExp(`^(?:${POLICIES})$`),
  "notify-keyspace-events": /^[KEg$lshzxetdmnA]*$/,
  "stream-node-max-bytes": whole,
  "stream-node-max-entries": whole,
  timeout: whole,
};

const instance = (of: Visited<Instance>): FieldViolation[] => {
  const { tier, redisConfigs = {}, replicaCount = 0, readReplicasMode, locationId, alternativeLocationId } = of.message;
  const { authorizedNetwork, reservedIpRange } = of.message;
  const isBasic = tier === "BASIC";
  return [
    ...Object.entries(redisConfigs).flatMap(([key, value]) => configProblems(of, key, value)),
    ...(isBasic && (replicaCount > 0 || readReplicasMode === "READ_REPLICAS_ENABLED")
      ? [violation(of, "replica_count", "Read replicas are not supported for instances of the basic tier.")]
      : []),
    ...(isBasic && alternativeLocationId
      ? [violation(of, "alternative_location_id", "alternative_location_id is only applicable to the standard tier.")]
      : []),
    ...(locationId && alternativeLocationId === locationId
      ? [violation(of, "alternative_location_id", "alternative_location_id must be a different zone from location_id.")]
      : []),
    ...(authorizedNetwork &&
    !/^(?:https:\/\/\S+\/)?projects\/[^/]+\/global\/networks\/[a-z][-a-z0-9]*$/.test(authorizedNetwork)
      ? [
          violation(
            of,
            "authorized_network",
            `Invalid authorized network '${authorizedNetwork}': the format is projects/{project_id}/global/networks/{network_id}.`,
          ),
        ]
      : []),
    ...(reservedIpRange && !/^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[a-z][-a-z0-9]*)$/.test(reservedIpRange)
      ? [violation(of, "reserved_ip_range", `Invalid reserved IP range '${reservedIpRange}'.`)]
      : []),
  ];
};

const configProblems = (of: Visited, key: string, value: string): FieldViolation[] => {
  const allowed = own(CONFIGS, key);
  if (!allowed)
    return [violation(of, "redis_configs", `Invalid Redis configuration: '${key}' is not a supported parameter.`)];
  return allowed.test(value)
    ? []
    : [violation(of, "redis_configs", `Invalid value '${value}' for the Redis configuration '${key}'.`)];
};

type Persistence = { persistenceMode?: string; rdbSnapshotPeriod?: string; rdbSnapshotStartTime?: string };

const persistence = (of: Visited<Persistence>): FieldViolation[] => {
  const { persistenceMode, rdbSnapshotPeriod } = of.message;
  if (
    persistenceMode === "RDB" &&
    (rdbSnapshotPeriod ?? "SNAPSHOT_PERIOD_UNSPECIFIED") === "SNAPSHOT_PERIOD_UNSPECIFIED"
  )
    return [violation(of, "rdb_snapshot_period", "rdb_snapshot_period must be provided for RDB persistence mode.")];
  return persistenceMode === "DISABLED" && rdbSnapshotPeriod
    ? [violation(of, "rdb_snapshot_period", "rdb_snapshot_period must not be provided if persistence is disabled.")]
    : [];
};

/** What Memorystore refuses and no document marks: https://cloud.google.com/memorystore/docs/redis (2026-11-29). */
export const redis: Rules = { Instance: instance, PersistenceConfig: persistence };
