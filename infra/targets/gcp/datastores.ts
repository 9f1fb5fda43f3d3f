import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { sizeOf } from "../../plan/budget";
import { logicalName } from "../../plan/ids";
import { isPostgres, type PlannedDatastore } from "../../plan/plan";
import { reviewedName } from "../../naming";
import { isReview, reviewIn } from "../../plan/review";
import { placedDatabases, usersOf } from "../../plan/stored-secrets";
import { sqlVersion } from "./images";
import { labelsOf } from "./labels";
import { prepareDatabases, type Administrator, type ServerArgs } from "./ready";
import type { SecretValuesOfStack } from "./secrets";

/** The arguments of a Cloud SQL instance. */
type SqlServerArgs = Omit<ServerArgs, "image"> & {
  /** An image with Python, psycopg and the chassis: the job that prepares the databases runs in it. */
  image: () => ServerArgs["image"];
  values: SecretValuesOfStack;
  /** The version of the instance that the stack has. */
  deployedVersion: string | undefined;
};

type Making = SqlServerArgs & { parent: pulumi.Resource };

/**
 * A Cloud SQL instance with the databases of its datastores and, for each database, the users that take turns
 * (`reservas`, and after a rotation `reservas_b`); which one is active follows from fleet:rotations, and whether the other
 * one still has the password of before from fleet:rekeyed.
 * The data outlives everything while fleet:deletionProtection is on; the backups stay even when the instance goes.
 */
export class GcpSqlServer extends pulumi.ComponentResource {
  /** The server once its databases and users are right. */
  readonly ready: pulumi.Output<pulumi.Resource>;

  constructor(args: SqlServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("fleet:gcp:SqlServer", args.server.id, {}, opts);
    const making = { ...args, parent: this };
    // A review has databases on the instance of all reviews.
    const instance = isReview(args.plan.cloud) ? { name: args.server.name } : createInstance(making);
    this.ready =
      placedDatabases(args.server.datastores).length > 0 ? fill(making, instance) : pulumi.output(made(instance)[0]!);
    this.registerOutputs();
  }
}

/** An instance, made here or by the stack of all reviews. */
type Instance = gcp.sql.DatabaseInstance | { name: string };

const made = (instance: Instance): gcp.sql.DatabaseInstance[] => ("urn" in instance ? [instance] : []);

/** Makes its databases and users, and gives something that is there once they are right. */
const fill = (making: Making, instance: Instance): pulumi.Output<pulumi.Resource> => {
  const [first] = making.server.datastores;
  const admin = isPostgres(first) ? createAdmin(making, instance) : undefined;
  const { isGone } = endingOf(making);
  // What is removed goes in the other order: databases, then the users of whom nothing is left, then the one who prepared them.
  const users = createUsers(making, instance, isGone && admin ? [admin.user] : []);
  const databases = createDatabases(making, instance, isGone ? users : []);
  const needs = [...databases, ...users];
  if (admin) return prepareDatabases({ ...making, image: making.image(), admin, needs });
  return pulumi.all(needs.map(({ urn }) => urn)).apply(() => made(instance)[0] ?? needs[0]!);
};

/** How databases and users end: with their instance and never alone or, those of a review, with its stack. */
const endingOf = ({ plan }: Making) => {
  const isGone = isReview(plan.cloud);
  return { isGone, policy: isGone ? {} : { deletionPolicy: "ABANDON" } };
};

const createInstance = ({ plan, server, deployedVersion, apis, parent }: Making): gcp.sql.DatabaseInstance => {
  const { stack, cloud } = plan;
  const { deletionProtection } = cloud;
  const [datastore] = server.datastores;
  const { tier, connections } = sizeOf(plan, server);
  return new gcp.sql.DatabaseInstance(
    server.id,
    {
      project: cloud.project,
      region: cloud.region,
      name: server.name,
      databaseVersion: sqlVersion({ datastore, cloud, deployed: deployedVersion }),
      // Pulumi refuses to delete it, and so does Google (deletionProtectionEnabled).
      deletionProtection,
      settings: {
        tier,
        edition: "ENTERPRISE",
        availabilityType: "ZONAL",
        deletionProtectionEnabled: deletionProtection,
        retainBackupsOnDelete: true,
        // Only Google's own connectors, which ask for the permission and encrypt; no address may connect directly.
        connectorEnforcement: "REQUIRED",
        ipConfiguration: { ipv4Enabled: true, authorizedNetworks: [], sslMode: "ENCRYPTED_ONLY" },
        backupConfiguration: backups(datastore),
        databaseFlags: flags(datastore, connections),
        diskAutoresize: true,
        diskSize: 10,
        diskType: "PD_SSD",
        insightsConfig: { queryInsightsEnabled: true, recordApplicationTags: true, recordClientAddress: false },
        // Sunday, 04:00 UTC.
        maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
        userLabels: labelsOf({ stack }),
      },
    },
    { parent, dependsOn: [...apis], protect: deletionProtection, ignoreChanges: ["settings.diskSize"] },
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

/** What the policy pack asks of each engine (policy/rules/flags.ts), and what this program needs. None restarts a server. */
const flagsOf = {
  postgres: {
    log_checkpoints: "on",
    log_connections: "on",
    log_disconnections: "on",
    log_lock_waits: "on",
    log_min_duration_statement: "1000",
    log_temp_files: "0",
    idle_in_transaction_session_timeout: "600000",
  },
  mysql: {
    character_set_server: "utf8mb4",
    collation_server: "utf8mb4_unicode_ci",
    local_infile: "off",
    slow_query_log: "on",
  },
} as const;

const flags = (datastore: PlannedDatastore, connections: number) =>
  Object.entries({
    max_connections: String(connections),
    ...flagsOf[isPostgres(datastore) ? "postgres" : "mysql"],
  }).map(([name, value]) => ({ name, value }));

const createDatabases = (
  making: Making,
  instance: Instance,
  dependsOn: readonly pulumi.Resource[],
): gcp.sql.Database[] =>
  placedDatabases(making.server.datastores).map(
    ({ datastore, database: { name } }) =>
      new gcp.sql.Database(
        `${logicalName(datastore)}-${name}`,
        {
          project: making.plan.cloud.project,
          instance: instance.name,
          name,
          ...(isPostgres(datastore)
            ? { charset: "UTF8", collation: "en_US.UTF8" }
            : { charset: "utf8mb4", collation: "utf8mb4_unicode_ci" }),
          ...endingOf(making).policy,
        },
        { parent: making.parent, protect: making.plan.cloud.deletionProtection, dependsOn: [...dependsOn] },
      ),
  );

const createUsers = (making: Making, instance: Instance, dependsOn: readonly pulumi.Resource[]): gcp.sql.User[] =>
  placedDatabases(making.server.datastores).flatMap(({ datastore, database }) =>
    usersOf(database, making.plan).map(({ user, turn }) => {
      const password = making.values.passwordOf(database.password, turn);
      const logical = `${logicalName(datastore)}-${user}`;
      return createUser(making, { logical, name: user, password, instance, dependsOn });
    }),
  );

const createUser = (making: Making, { logical, name, password, instance, dependsOn = [] }: User): gcp.sql.User =>
  new gcp.sql.User(
    logical,
    // A user that owns tables cannot be dropped.
    { project: making.plan.cloud.project, instance: instance.name, name, password, ...endingOf(making).policy },
    { parent: making.parent, dependsOn: [...dependsOn] },
  );

type User = Pick<Administrator, "name" | "password"> & {
  logical: string;
  instance: Instance;
  dependsOn?: readonly pulumi.Resource[];
};

const ADMIN = "fleet_admin";

/** The user that prepares the databases; no service gets its password. */
const createAdmin = (making: Making, instance: Instance): Administrator => {
  const { plan, server, parent } = making;
  const args = { length: 32, special: false };
  const password = new random.RandomPassword(`${server.id}-admin-password`, args, { parent }).result;
  const name = reviewedName(ADMIN, reviewIn(plan));
  const user = createUser(making, { logical: `${server.id}-admin`, name, password, instance });
  return { name, password, user };
};
