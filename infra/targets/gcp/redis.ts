import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { CloudPlan } from "../../plan/plan";
import type { Server } from "../../plan/servers";
import { databaseVersion } from "./images";
import { labelsOf } from "./labels";
import { networkId } from "./network";

/** The arguments of a Memorystore instance. */
type RedisServerArgs = { plan: CloudPlan; server: Server; apis: readonly pulumi.Resource[] };

/** A Memorystore instance: Redis with a password, in the VPC only. It holds a cache and messages, no data. */
export class GcpRedisServer extends pulumi.ComponentResource {
  readonly ready: pulumi.Output<pulumi.Resource>;
  private readonly instance: gcp.redis.Instance;

  constructor(args: RedisServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("fleet:gcp:RedisServer", args.server.id, {}, opts);
    this.instance = createRedis({ ...args, parent: this });
    this.ready = pulumi.output(this.instance);
    this.registerOutputs();
  }

  /** The address of one of its databases, with the password. */
  urlOf(database: number): pulumi.Output<string> {
    const { authString, host, port } = this.instance;
    return pulumi.secret(pulumi.interpolate`redis://:${authString}@${host}:${port}/${database}`);
  }
}

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
      tier: "BASIC",
      memorySizeGb: 1,
      redisVersion: databaseVersion(datastore),
      authEnabled: true,
      authorizedNetwork: networkId(plan),
      persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
      maintenancePolicy: { weeklyMaintenanceWindows: [{ day: "SUNDAY", startTime: { hours: 4 } }] },
      labels: labelsOf({ stack }),
    },
    { parent, dependsOn: [...apis], additionalSecretOutputs: ["authString"] },
  );
};
