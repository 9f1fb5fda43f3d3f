import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { PlannedDatastore } from "../../catalogue/plan";
import type { Database } from "../../catalogue/vocabulary";
import { googleName } from "../../naming";
import { resources, SOCKETS } from "./container";
import type { JobRunner } from "./google";
import type { PushedImage } from "./image";
import { databaseVersion } from "./images";
import { GENERATION_LABEL, labelsOf } from "./labels";
import { networkId } from "./network";
import { runOnce } from "./oneshot";
import { connectionName, isPostgres, type CloudPlan } from "./plan";
import { preparation, usersOf } from "./ready";
import { createRuntime } from "./runtime";
import type { SecretStore, SecretValuesOfStack } from "./secrets";
import type { Server } from "./servers";
import { shortHash } from "./service";

/** What a Cloud SQL instance is made with. */
export type SqlServerArgs = {
  plan: CloudPlan;
  server: Server;
  values: SecretValuesOfStack;
  store: SecretStore;
  /** An image with Python, psycopg and the chassis: what prepares the databases runs in it. */
  image: PushedImage;
  runner: JobRunner;
  apis: readonly pulumi.Resource[];
};

type Making = SqlServerArgs & { parent: pulumi.Resource };

/**
 * A Cloud SQL instance with the databases of its datastores and, for each database, the users that take turns
 * (`reservas`, and after a rotation `reservas_b`); which one is active follows from fleet:rotations.
 * The data outlives everything: the instance refuses to be deleted, and its backups stay when it is.
 */
export class GcpSqlServer extends pulumi.ComponentResource {
  /** The server once its databases and users are right. */
  readonly ready: pulumi.Output<pulumi.Resource>;

  constructor(args: SqlServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("fleet:gcp:SqlServer", args.server.id, {}, opts);
    const making = { ...args, parent: this };
    const instance = createInstance(making);
    const databases = createDatabases(making, instance);
    const users = createUsers(making, instance);
    const [first] = args.server.datastores;
    this.ready =
      first && isPostgres(first)
        ? prepare(making, instance, [...databases, ...users])
        : pulumi.all([...databases, ...users].map(({ urn }) => urn)).apply(() => instance);
    this.registerOutputs();
  }
}

const createInstance = ({ plan, server, apis, parent }: Making): gcp.sql.DatabaseInstance => {
  const { stack, cloud } = plan;
  const [datastore] = server.datastores as [PlannedDatastore];
  const version = databaseVersion(datastore);
  return new gcp.sql.DatabaseInstance(
    server.id,
    {
      project: cloud.project,
      region: cloud.region,
      name: server.name,
      databaseVersion: version,
      // Pulumi refuses to delete it, and so does Google (deletionProtectionEnabled).
      deletionProtection: true,
      settings: {
        tier: cloud.databaseTier,
        edition: "ENTERPRISE",
        availabilityType: "ZONAL",
        deletionProtectionEnabled: true,
        retainBackupsOnDelete: true,
        // Only Google's own connectors, which ask for the permission and encrypt; no address may connect directly.
        connectorEnforcement: "REQUIRED",
        ipConfiguration: { ipv4Enabled: true, authorizedNetworks: [], sslMode: "ENCRYPTED_ONLY" },
        backupConfiguration: backups(datastore),
        databaseFlags: flags(datastore, plan),
        diskAutoresize: true,
        diskSize: 10,
        diskType: "PD_SSD",
        insightsConfig: { queryInsightsEnabled: true, recordApplicationTags: true, recordClientAddress: false },
        // Sunday, 04:00 UTC.
        maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
        userLabels: labelsOf({ stack }),
      },
    },
    { parent, dependsOn: [...apis], protect: true, ignoreChanges: ["settings.diskSize"] },
  );
};

/** Every night, kept two weeks, and any moment of the last week (Postgres: write-ahead log, MySQL: binary log). */
const backups = (datastore: PlannedDatastore) => ({
  enabled: true,
  startTime: "02:00",
  ...(isPostgres(datastore) ? { pointInTimeRecoveryEnabled: true } : { binaryLogEnabled: true }),
  transactionLogRetentionDays: 7,
  backupRetentionSettings: { retainedBackups: 14, retentionUnit: "COUNT" },
});

const flags = (datastore: PlannedDatastore, { cloud }: CloudPlan) =>
  Object.entries({
    max_connections: String(cloud.databaseConnections),
    ...(isPostgres(datastore)
      ? { log_min_duration_statement: "1000", log_lock_waits: "on", idle_in_transaction_session_timeout: "600000" }
      : { character_set_server: "utf8mb4", collation_server: "utf8mb4_unicode_ci", slow_query_log: "on" }),
  }).map(([name, value]) => ({ name, value }));

const databasesOf = ({ server }: Pick<Making, "server">): { datastore: PlannedDatastore; database: Database }[] =>
  server.datastores.flatMap((datastore) =>
    ("databases" in datastore ? datastore.databases : []).map((database: Database) => ({ datastore, database })),
  );

const createDatabases = (making: Making, instance: gcp.sql.DatabaseInstance): gcp.sql.Database[] =>
  databasesOf(making).map(
    ({ datastore, database: { name } }) =>
      new gcp.sql.Database(
        `${datastore.system}-${datastore.name}-${name}`,
        {
          project: making.plan.cloud.project,
          instance: instance.name,
          name,
          ...(isPostgres(datastore)
            ? { charset: "UTF8", collation: "en_US.UTF8" }
            : { charset: "utf8mb4", collation: "utf8mb4_unicode_ci" }),
          // It goes with its instance, and never alone.
          deletionPolicy: "ABANDON",
        },
        { parent: making.parent, protect: true },
      ),
  );

const createUsers = (making: Making, instance: gcp.sql.DatabaseInstance): gcp.sql.User[] =>
  databasesOf(making).flatMap(({ datastore, database }) =>
    usersOf({ database, plan: making.plan }).map(({ user, turn }) =>
      createUser({
        name: `${datastore.system}-${datastore.name}-${user}`,
        user,
        password: making.values.passwordOf(database.password, turn) as pulumi.Output<string>,
        instance,
        making,
      }),
    ),
  );

const createUser = ({
  name,
  user,
  password,
  instance,
  making: { plan, parent },
}: {
  name: string;
  user: string;
  password: pulumi.Output<string>;
  instance: gcp.sql.DatabaseInstance;
  making: Making;
}): gcp.sql.User =>
  new gcp.sql.User(
    name,
    // A user that owns tables cannot be dropped: it goes with its instance.
    { project: plan.cloud.project, instance: instance.name, name: user, password, deletionPolicy: "ABANDON" },
    { parent },
  );

/** The user of the step that prepares databases; no service gets its password. */
const ADMIN = "fleet_admin";

const prepare = (
  making: Making,
  instance: gcp.sql.DatabaseInstance,
  needs: readonly pulumi.Resource[],
): pulumi.Output<pulumi.Resource> => {
  const { plan, server, image, runner, parent } = making;
  const name = `${server.id}-prepare`;
  const { admin, password } = createAdmin(making, instance);
  const databases = JSON.stringify(preparation(server.datastores, plan));
  const runtime = createRuntime({
    ...making,
    name,
    parts: [server.id, "prepare"],
    servers: [server],
    usesRedis: false,
    env: [
      ["PGDATABASE", { text: "postgres" }],
      ["PGHOST", { text: `${SOCKETS}/${connectionName(plan.cloud, server.name)}` }],
      ["PGPASSWORD", { secret: `${server.id}-admin-password`, value: password }],
      ["PGUSER", { text: ADMIN }],
      ["PREPARE_DATABASES", { text: databases }],
    ],
  });
  const generation = shortHash([databases, server.name]);
  const labels = labelsOf({ stack: plan.stack, part: name });
  const job = new gcp.cloudrunv2.Job(
    name,
    {
      project: plan.cloud.project,
      location: plan.cloud.region,
      name: googleName({ kind: "run", stack: plan.stack, parts: [server.id, "prepare"] }),
      labels,
      deletionProtection: true,
      template: {
        labels: { ...labels, [GENERATION_LABEL]: generation },
        taskCount: 1,
        template: {
          ...runtime.template,
          maxRetries: 0,
          timeout: "300s",
          containers: [
            {
              image: image.reference,
              // Instead of the image's entrypoint, which wants all settings of a service.
              commands: ["python"],
              args: ["-m", "chassis.prepare_databases"],
              envs: runtime.envs,
              volumeMounts: runtime.mounts,
              resources: resources({ cpu: 1, memory: "512Mi" }),
            },
          ],
        },
      },
    },
    { parent, dependsOn: [...needs, admin, ...runtime.permissions] },
  );
  return runOnce({ what: `database server ${server.id}`, job, generation, runner });
};

const createAdmin = (making: Making, instance: gcp.sql.DatabaseInstance) => {
  const { server, parent } = making;
  const args = { length: 32, special: false };
  const password = new random.RandomPassword(`${server.id}-admin-password`, args, { parent }).result;
  return { password, admin: createUser({ name: `${server.id}-admin`, user: ADMIN, password, instance, making }) };
};

/** What a Memorystore instance is made with. */
export type RedisServerArgs = { plan: CloudPlan; server: Server; apis: readonly pulumi.Resource[] };

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
  const [datastore] = server.datastores as [PlannedDatastore];
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
