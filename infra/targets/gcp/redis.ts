import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { CloudPlan } from "../../plan/plan";
import { isReview } from "../../plan/review";
import type { Server } from "../../plan/servers";
import { databaseVersion } from "./images";
import { excusedFrom, labelsOf } from "./labels";
import { networkId } from "./network";

/** The arguments of a Memorystore instance. */
type RedisServerArgs = { plan: CloudPlan; server: Server; apis: readonly pulumi.Resource[] };

/** A Memorystore instance: Redis with a password and TLS, in the VPC only. It holds a cache and messages, no data. */
export class GcpRedisServer extends pulumi.ComponentResource {
  readonly ready: pulumi.Output<pulumi.Resource>;
  private readonly instance: gcp.redis.Instance;
  private readonly isEncrypted: boolean;

  constructor(args: RedisServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("fleet:gcp:RedisServer", args.server.id, {}, opts);
    const { plan } = args;
    this.instance = isReview(plan.cloud)
      ? findRedis({ ...args, parent: this })
      : createRedis({ ...args, parent: this });
    this.isEncrypted = plan.cloud.redisTls;
    this.ready = pulumi.output(this.instance);
    this.registerOutputs();
  }

  /** The address of one of its databases, with the password and what the client needs for TLS. */
  urlOf(database: number): pulumi.Output<string> {
    const { authString, host, port, serverCaCerts } = this.instance;
    const scheme = this.isEncrypted ? "rediss" : "redis";
    const tls = this.isEncrypted ? serverCaCerts.apply((certificates) => `?${tlsOptions(certificates)}`) : "";
    return pulumi.secret(pulumi.interpolate`${scheme}://:${authString}@${host}:${port}/${database}${tls}`);
  }
}

/**
 * The options of redis-py, and so of celery and django-redis, which take the authority from the address alone (tried with
 * redis 8.1, kombu 5.7, django-redis 7.0, 2026-11-28). Every instance has an authority of its own, which vouches for no
 * other server: the host need not be compared as well, and cannot be, since the certificate names it in its CN alone.
 */
const tlsOptions = (certificates: readonly { cert?: string }[]): string => {
  const authority = certificates.flatMap(({ cert }) => cert ?? []).join("\n");
  const options = "ssl_cert_reqs=required&ssl_check_hostname=false&ssl_exclude_verify_flags=VERIFY_X509_STRICT";
  return `${options}&ssl_ca_data=${encodeURIComponent(authority)}`;
};

/** The instance of all reviews, which a review reads and leaves as it is. */
const findRedis = ({ plan, server, parent }: RedisServerArgs & { parent: pulumi.Resource }): gcp.redis.Instance => {
  const { project, region } = plan.cloud;
  const id = `projects/${project}/locations/${region}/instances/${server.name}`;
  return gcp.redis.Instance.get(server.id, id, {}, { parent, additionalSecretOutputs: ["authString"] });
};

/** One instance without a replica. */
export const TIER = "BASIC";

const createRedis = ({ plan, server, apis, parent }: RedisServerArgs & { parent: pulumi.Resource }) => {
  const { stack, cloud } = plan;
  const [datastore] = server.datastores;
  return new gcp.redis.Instance(
    server.id,
    {
      project: cloud.project,
      region: cloud.region,
      name: server.name,
      displayName: `Redis of ${stack}`,
      tier: TIER,
      memorySizeGb: 1,
      redisVersion: databaseVersion(datastore),
      authEnabled: true,
      ...(cloud.redisTls ? { transitEncryptionMode: "SERVER_AUTHENTICATION" } : {}),
      authorizedNetwork: networkId(plan),
      persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
      maintenancePolicy: { weeklyMaintenanceWindows: [{ day: "SUNDAY", startTime: { hours: 4 } }] },
      labels: {
        ...labelsOf({ stack }),
        ...(cloud.redisTls ? {} : excusedFrom("redis-encrypted", "kept-as-it-was-deployed")),
      },
    },
    { parent, dependsOn: [...apis], additionalSecretOutputs: ["authString"] },
  );
};
