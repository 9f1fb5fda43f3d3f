import { good, typeOf } from "../good";
import { backedUp, beside, extra, instanceWith, reachedBy, type Mistake } from "./mistake";

const flagsOf = (flags: object) =>
  Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));

const withFlags = (change: Readonly<Record<string, string | undefined>>, settings: object = {}) => {
  const set = Object.fromEntries(good.instance.settings.databaseFlags.map(({ name, value }) => [name, value]));
  return instanceWith({ ...settings, databaseFlags: flagsOf({ ...set, ...change }) });
};

const other = (databaseVersion: string, flags: object, backups: object) => {
  const { settings } = good.instance;
  const backupConfiguration = { ...settings.backupConfiguration, ...backups };
  const databaseFlags = flagsOf({ max_connections: "350", ...flags });
  return {
    instance: { ...good.instance, databaseVersion, settings: { ...settings, backupConfiguration, databaseFlags } },
  };
};

const mysql = (flags: object, backups: object = {}) => other("MYSQL_8_4", { local_infile: "off", ...flags }, backups);
const sqlServer = (flag: string) => other("SQLSERVER_2022_STANDARD", { [flag]: "on" }, {});

export const databases: Mistake[] = [
  {
    title: "a database open to the internet",
    from: "CKV_GCP_11",
    rule: "sql-no-authorized-networks",
    changed: reachedBy({ authorizedNetworks: [{ name: "everyone", value: "0.0.0.0/0" }] }),
  },
  {
    title: "a public address without the connector",
    from: "CKV_GCP_60",
    rule: "sql-connector-enforced",
    changed: instanceWith({ connectorEnforcement: "NOT_REQUIRED" }),
  },
  {
    title: "a database that speaks plain text",
    from: "CKV_GCP_6",
    rule: "sql-encrypted",
    changed: reachedBy({ sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" }),
  },
  {
    title: "no deletion protection at Google",
    rule: "sql-deletion-protection",
    changed: instanceWith({ deletionProtectionEnabled: false }),
  },
  {
    title: "no deletion protection in Pulumi",
    rule: "sql-deletion-protection",
    changed: { instance: { ...good.instance, deletionProtection: false } },
  },
  {
    title: "no backups",
    from: "CKV_GCP_14",
    rule: "sql-backups",
    changed: backedUp({ enabled: false, pointInTimeRecoveryEnabled: true }),
  },
  { title: "no point-in-time recovery", rule: "sql-point-in-time-recovery", changed: backedUp({ enabled: true }) },
  {
    title: "MySQL without its binary log",
    rule: "sql-point-in-time-recovery",
    changed: mysql({ log_bin: undefined }),
  },
  {
    title: "backups that go with the instance",
    rule: "sql-backups-outlive-it",
    changed: instanceWith({ retainBackupsOnDelete: false }),
  },
  {
    title: "more connections than the database takes",
    rule: "sql-connections-fit",
    changed: withFlags({ max_connections: "49" }),
  },
  {
    title: "more connections than the tier takes by itself",
    rule: "sql-connections-fit",
    changed: withFlags({ max_connections: undefined }, { tier: "db-f1-micro" }),
  },
  {
    title: "a superuser as a service's user",
    rule: "sql-user-not-superuser",
    changed: { user: { ...good.user, databaseRoles: ["cloudsqlsuperuser"] } },
  },
  {
    title: "a user beside those that the job confines",
    rule: "sql-user-not-superuser",
    extra: extra(typeOf.user, { instance: "prod-postgres", name: "reports" }),
  },
  {
    title: "a user of the same name on another server",
    rule: "sql-user-not-superuser",
    extra: extra(typeOf.user, { instance: "prod-other", name: "shop" }),
  },
  {
    title: "Postgres's own administrator",
    rule: "sql-user-not-superuser",
    extra: extra(typeOf.user, { instance: "prod-postgres", name: "postgres" }),
  },
  {
    title: "users that no job confines",
    rule: "sql-user-not-superuser",
    changed: {
      prepare: { ...good.prepare, template: { template: { ...good.prepare.template.template, containers: [] } } },
    },
  },
  {
    title: "Redis without a password",
    from: "CKV_GCP_95",
    rule: "redis-closed",
    changed: { redis: { ...good.redis, authEnabled: false } },
  },
  {
    title: "Redis in plain text",
    rule: "redis-encrypted",
    from: "CKV_GCP_97",
    changed: { redis: { ...good.redis, transitEncryptionMode: "DISABLED" } },
  },
  beside(
    { title: "a Redis cluster without TLS", rule: "redis-encrypted", from: "CKV_GCP_97" },
    "gcp:redis/cluster:Cluster",
    { authorizationMode: "AUTH_MODE_IAM_AUTH", transitEncryptionMode: "TRANSIT_ENCRYPTION_MODE_DISABLED" },
  ),
  beside({ title: "a Redis cluster that asks nobody", rule: "redis-closed" }, "gcp:redis/cluster:Cluster", {
    transitEncryptionMode: "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
  }),
  {
    title: "one backup",
    rule: "sql-backups",
    changed: backedUp({
      ...good.instance.settings.backupConfiguration,
      backupRetentionSettings: { retainedBackups: 1 },
    }),
  },
  {
    title: "checkpoints that nobody sees",
    rule: "sql-log-checkpoints",
    from: "CKV_GCP_51",
    changed: withFlags({ log_checkpoints: "off" }),
  },
  {
    title: "connections that nobody sees",
    rule: "sql-log-connections",
    from: "CKV_GCP_52",
    changed: withFlags({ log_connections: undefined }),
  },
  {
    title: "disconnections that nobody sees",
    rule: "sql-log-disconnections",
    from: "CKV_GCP_53",
    changed: withFlags({ log_disconnections: undefined }),
  },
  {
    title: "waits that nobody sees",
    rule: "sql-log-lock-waits",
    from: "CKV_GCP_54",
    changed: withFlags({ log_lock_waits: undefined }),
  },
  {
    title: "temporary files that nobody sees",
    rule: "sql-log-temp-files",
    from: "CKV_GCP_56",
    changed: withFlags({ log_temp_files: "1024" }),
  },
  {
    title: "MySQL that reads a client's files",
    rule: "sql-local-infile",
    from: "CKV_GCP_50",
    changed: mysql({ local_infile: "on" }, { binaryLogEnabled: true }),
  },
  {
    title: "SQL Server that trusts across databases",
    rule: "sql-cross-db-ownership-chaining",
    from: "CKV_GCP_58",
    changed: sqlServer("cross db ownership chaining"),
  },
  {
    title: "SQL Server whose databases let people in",
    rule: "sql-contained-database-authentication",
    from: "CKV_GCP_59",
    changed: sqlServer("contained database authentication"),
  },
];
