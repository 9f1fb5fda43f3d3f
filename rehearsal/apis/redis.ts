import { randomUUID } from "node:crypto";
import type { Api, Call, Cloud, Work } from "../api";
import * as errors from "../errors";
import { found, refuseSecond } from "../kept";
import { locationHandlers } from "../locations";
import { patched } from "../masks";
import { lastOf, parentIn } from "../names";
import { operationHandlers } from "../operation-handlers";
import { operationFor } from "../operations";
import { listing } from "../pages";
import { describedCertificate, serverCertificate, type ServerCertificate } from "../realise/certificates";
import { ensureRedis, PLAIN_PORT, removeRedis, TLS_PORT } from "../realise/redis";
import { ensureVpc } from "../realise/vpc";
import type { Resource } from "../store";

/** https://cloud.google.com/memorystore/docs/redis/reference/rest */
const METHODS = "redis.projects.locations.instances";
const TYPES = "type.googleapis.com/google.cloud.redis.v1";
const INSTANCES = "redis.instances";
/** What the instance's resource never shows. */
const SECRETS = "redis.secrets";

const ID = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** https://cloud.google.com/memorystore/docs/redis/supported-versions, 2026-11-28. */
const VERSIONS = ["REDIS_3_2", "REDIS_4_0", "REDIS_5_0", "REDIS_6_X", "REDIS_7_0", "REDIS_7_2"];
const MOST_GB = 300;

type Instance = Resource & {
  name: string;
  redisVersion: string;
  memorySizeGb: number;
  authorizedNetwork: string;
  authEnabled?: boolean;
  transitEncryptionMode: "DISABLED" | "SERVER_AUTHENTICATION";
  redisConfigs?: Record<string, string>;
  /** Its address is known once it is made. */
  host?: string;
};

type Secrets = Resource & { authString: string; certificate?: ServerCertificate };

const create = (call: Call): Resource => {
  const id = call.query["instanceId"] as string;
  if (!ID.test(id)) {
    const description = `Invalid instance id '${id}': it must begin with a lower-case letter and hold at most 40 lower-case letters, digits and '-'.`;
    throw errors.badRequest({ field: "instance_id", description });
  }
  const name = `${parentIn(call)}/instances/${id}`;
  refuseSecond(call, { kind: INSTANCES, name });
  const zone = `${name.split("/")[3]}-b`;
  const instance = checked({
    ...{ redisVersion: "REDIS_7_0", connectMode: "DIRECT_PEERING", transitEncryptionMode: "DISABLED" },
    ...{ readReplicasMode: "READ_REPLICAS_DISABLED", persistenceConfig: { persistenceMode: "DISABLED" } },
    authorizedNetwork: `projects/${call.project.id}/global/networks/default`,
    ...call.body,
    ...{ name, locationId: zone, currentLocationId: zone, nodes: [{ id: "node-0", zone }] },
    ...{ createTime: new Date().toISOString(), state: "CREATING" },
  } as unknown as Instance);
  call.store.put(SECRETS, name, { authString: randomUUID() });
  call.store.put(INSTANCES, name, instance);
  return start(call, { name, verb: "create", work: "redis.apply" });
};

/** @throws ApiError 400 for what the schema allows and Memorystore does not */
const checked = (instance: Instance): Instance => {
  const { memorySizeGb = 0, redisVersion } = instance;
  const wrong = (field: string, description: string) => errors.badRequest({ field: `instance.${field}`, description });
  if (!(memorySizeGb >= 1 && memorySizeGb <= MOST_GB))
    throw wrong("memory_size_gb", `Memory size must be between 1 and ${MOST_GB} GB, got ${memorySizeGb}.`);
  if (!VERSIONS.includes(redisVersion))
    throw wrong("redis_version", `Redis version '${redisVersion}' is not supported; one of ${VERSIONS.join(", ")}.`);
  return instance;
};

const patch = (call: Call): Resource => {
  const instance = find(call);
  requireReady(instance);
  const { name } = instance;
  call.store.put(INSTANCES, name, { ...checked(patched(call, instance)), state: "UPDATING" });
  return start(call, { name, verb: "update", work: "redis.apply" });
};

const remove = (call: Call): Resource => {
  const { name } = find(call);
  return start(call, { name, verb: "delete", work: "redis.delete" });
};

/** One thing at a time on an instance. */
const requireReady = ({ state, name }: Instance): void => {
  if (state !== "READY")
    throw errors.failedPrecondition(`Instance ${name} is in state ${String(state)}, and must be READY.`);
};

/** https://cloud.google.com/memorystore/docs/redis/about-redis-auth */
const authString = (call: Call): Resource => {
  const { name, authEnabled } = find(call);
  if (authEnabled !== true) throw errors.failedPrecondition(`AUTH is not enabled on instance ${name}.`);
  return { authString: call.store.get<Secrets>(SECRETS, name)!.authString };
};

const find = (call: Call): Instance => found<Instance>(call, INSTANCES);

const start = (call: Call, { name, verb, work }: { name: string; verb: string; work: string }): Resource =>
  call.operations.start({
    name: operationFor(name),
    work,
    input: { name },
    metadata: { "@type": `${TYPES}.OperationMetadata`, target: name, verb, apiVersion: "v1" },
  });

/** Makes the server run as the stored instance says. */
const apply: Work = async ({ input, ...cloud }) => {
  const name = input["name"] as string;
  const instance = await placed(cloud, name);
  await run(cloud, instance).catch((error: Error) => {
    throw errors.failedPrecondition(error.message);
  });
  const isEncrypted = instance.transitEncryptionMode === "SERVER_AUTHENTICATION";
  const { certificate } = cloud.store.get<Secrets>(SECRETS, name)!;
  const ready = {
    ...instance,
    state: "READY",
    port: isEncrypted ? TLS_PORT : PLAIN_PORT,
    ...(certificate && { serverCaCerts: [describedCertificate(certificate.authority)] }),
  };
  cloud.store.put(INSTANCES, name, ready);
  return { "@type": `${TYPES}.Instance`, ...ready };
};

/** The instance with an address in its network, which it keeps, and with what TLS needs. */
const placed = async ({ store, realise }: Cloud, name: string): Promise<Instance> => {
  const instance = store.get<Instance>(INSTANCES, name)!;
  const { address } = await ensureVpc(realise, lastOf(instance.authorizedNetwork));
  const hosts = store.list<Instance>(INSTANCES).map(({ host }) => host);
  const free = hosts.map((_, number) => address(number)).find((host) => !hosts.includes(host));
  const kept = store.put(INSTANCES, name, { ...instance, host: instance.host ?? free ?? "" });
  const secrets = store.get<Secrets>(SECRETS, name)!;
  if (instance.transitEncryptionMode === "SERVER_AUTHENTICATION" && !secrets.certificate)
    store.put(SECRETS, name, { ...secrets, certificate: await serverCertificate(lastOf(name)) });
  return kept;
};

const run = ({ store, realise }: Cloud, instance: Instance): Promise<void> => {
  const { authString: password, certificate } = store.get<Secrets>(SECRETS, instance.name)!;
  return ensureRedis(realise, {
    instance: lastOf(instance.name),
    version: /^REDIS_(\d+)/.exec(instance.redisVersion)?.[1] ?? "",
    vpc: lastOf(instance.authorizedNetwork),
    address: instance.host ?? "",
    memoryGb: instance.memorySizeGb,
    configs: instance.redisConfigs ?? {},
    password: instance.authEnabled === true ? password : undefined,
    certificate,
  });
};

const forget: Work = async ({ input, store, realise }) => {
  const name = input["name"] as string;
  await removeRedis(realise, lastOf(name));
  store.delete(SECRETS, name);
  store.delete(INSTANCES, name);
  return { "@type": "type.googleapis.com/google.protobuf.Empty" };
};

/** Starts the servers that should run, after a start of the rehearsal. */
const resume = async (cloud: Cloud): Promise<void> => {
  for (const instance of cloud.store.list<Instance>(INSTANCES)) {
    if (instance["state"] !== "READY") continue;
    await run(cloud, instance).catch((error: Error) => process.stderr.write(`${instance.name}: ${error.message}\n`));
  }
};

/** Memorystore for Redis: each instance a server in a container, in its VPC network alone. */
export const redis: Api = {
  name: "redis",
  versions: ["v1"],
  service: "redis.googleapis.com",
  // Maintenance is kept, and never happens; the snapshots of the server's own are the hourly ones.
  rehearsed: {
    fields: {
      Instance: [
        ...["authEnabled", "authorizedNetwork", "connectMode", "displayName", "labels", "locationId"],
        ...["maintenancePolicy", "memorySizeGb", "name", "persistenceConfig", "readReplicasMode", "redisConfigs"],
        ...["redisVersion", "tier", "transitEncryptionMode"],
      ],
      PersistenceConfig: ["persistenceMode", "rdbSnapshotPeriod", "rdbSnapshotStartTime"],
    },
    values: {
      "Instance.connectMode": ["DIRECT_PEERING"],
      "Instance.readReplicasMode": ["READ_REPLICAS_DISABLED"],
      "Instance.redisConfigs": ["activedefrag", "maxmemory-policy", "notify-keyspace-events", "timeout"],
      "Instance.tier": ["BASIC"],
      "PersistenceConfig.rdbSnapshotPeriod": ["ONE_HOUR"],
    },
  },
  handlers: {
    [`${METHODS}.create`]: create,
    [`${METHODS}.get`]: find,
    [`${METHODS}.list`]: listing({ kind: INSTANCES }),
    [`${METHODS}.patch`]: patch,
    [`${METHODS}.delete`]: remove,
    [`${METHODS}.getAuthString`]: authString,
    ...locationHandlers("redis.projects.locations"),
    ...operationHandlers("redis.projects.locations.operations", ["delete", "get", "list"]),
  },
  works: { "redis.apply": apply, "redis.delete": forget },
  start: resume,
};
