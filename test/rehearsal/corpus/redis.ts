import { PROJECT, REGION, type Pair } from "./pair";

const DOCS = "https://cloud.google.com/memorystore/docs/redis";
const REST = `${DOCS}/reference/rest/v1/projects.locations.instances`;
const INSTANCES = `redis/v1/${REGION}/instances`;
const CREATE = `POST ${INSTANCES}?instanceId=cache`;

const instance = (more: object) => ({ name: `${REGION}/instances/cache`, tier: "BASIC", memorySizeGb: 1, ...more });
const configs = (redisConfigs: object) => instance({ redisConfigs });

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says">;
const create = (from: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from, ask: CREATE }));

/** Instances that Memorystore does not take. */
export const redis: readonly Pair[] = [
  ...create(
    REST,
    {
      what: "no memory",
      wrong: instance({ memorySizeGb: 0 }),
      right: instance({ memorySizeGb: 1 }),
      says: /Memory size must be between 1 and 300 GB/,
    },
    {
      what: "301 GB",
      wrong: instance({ memorySizeGb: 301 }),
      right: instance({ memorySizeGb: 300 }),
      says: /between 1 and 300 GB, got 301/,
    },
    {
      what: "a version that is none",
      wrong: instance({ redisVersion: "REDIS_7_1" }),
      right: instance({ redisVersion: "REDIS_7_2" }),
      says: /'REDIS_7_1' is not supported/,
    },
    {
      what: "a label with a dot",
      wrong: instance({ labels: { "a.b": "c" } }),
      right: instance({ labels: { a_b: "c" } }),
      says: /Label key 'a\.b' violates/,
    },
    {
      what: "replicas in the basic tier",
      wrong: instance({ replicaCount: 2 }),
      right: instance({}),
      says: /Read replicas are not supported for instances of the basic tier/,
    },
    {
      what: "a second zone in the basic tier",
      wrong: instance({ alternativeLocationId: "us-central1-b" }),
      right: instance({ locationId: "us-central1-a" }),
      says: /only applicable to the standard tier/,
    },
    {
      what: "a network by its short name",
      wrong: instance({ authorizedNetwork: "default" }),
      right: instance({ authorizedNetwork: `projects/${PROJECT}/global/networks/default` }),
      says: /Invalid authorized network 'default'/,
    },
    {
      what: "snapshots as often as nobody says",
      wrong: instance({ persistenceConfig: { persistenceMode: "RDB" } }),
      right: instance({ persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" } }),
      says: /rdb_snapshot_period must be provided for RDB persistence mode/,
    },
    {
      what: "maintenance at 25 o'clock",
      wrong: instance({
        maintenancePolicy: { weeklyMaintenanceWindow: [{ day: "SUNDAY", startTime: { hours: 25 } }] },
      }),
      right: instance({
        maintenancePolicy: { weeklyMaintenanceWindow: [{ day: "SUNDAY", startTime: { hours: 23 } }] },
      }),
      says: /start_time\.hours': 25 must be between 0 and 23/,
    },
  ),
  ...create(
    `${DOCS}/supported-redis-configurations`,
    {
      what: "a policy that is none",
      wrong: configs({ "maxmemory-policy": "lru" }),
      right: configs({ "maxmemory-policy": "allkeys-lru" }),
      says: /Invalid value 'lru' for the Redis configuration 'maxmemory-policy'/,
    },
    {
      what: "a setting that is Redis's own",
      wrong: configs({ appendonly: "yes" }),
      right: configs({ timeout: "300" }),
      says: /'appendonly' is not a supported parameter/,
    },
    {
      what: "a time-out that is no number",
      wrong: configs({ timeout: "5m" }),
      right: configs({ timeout: "300" }),
      says: /Invalid value '5m'/,
    },
    {
      what: "events that are none",
      wrong: configs({ "notify-keyspace-events": "all" }),
      right: configs({ "notify-keyspace-events": "KEA" }),
      says: /Invalid value 'all'/,
    },
  ),
  {
    what: "an instance's name with capitals",
    from: `${REST}/create`,
    ask: CREATE,
    wrongAsk: CREATE.replace("cache", "Cache"),
    wrong: instance({}),
    right: instance({}),
    says: /Invalid instance id 'Cache'/,
  },
  {
    what: "a region that is not",
    from: `${REST}/create`,
    ask: CREATE,
    wrongAsk: CREATE.replace("us-central1", "us-central9"),
    wrong: instance({}),
    right: instance({}),
    status: 403,
    says: /Permission denied on 'locations\/us-central9'/,
  },
  {
    what: "another tier",
    from: `${REST}/patch`,
    given: [[CREATE, instance({})]],
    ask: `PATCH ${INSTANCES}/cache?updateMask=memorySizeGb`,
    wrongAsk: `PATCH ${INSTANCES}/cache?updateMask=tier`,
    wrong: instance({ tier: "STANDARD_HA" }),
    right: instance({ memorySizeGb: 2 }),
    says: /paths not permitted to be updated: tier/,
  },
];
