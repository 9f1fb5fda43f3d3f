import { SQL_USER } from "../../../policy/types";
import { good } from "../good";
import { instanceWith, reachedBy, backedUp, extra, type Mistake } from "./mistake";

export const databases: Mistake[] = [
  {
    title: "a database open to the internet",
    rule: "sql-no-authorized-networks",
    changed: reachedBy({ authorizedNetworks: [{ name: "everyone", value: "0.0.0.0/0" }] }),
  },
  {
    title: "a public address without the connector",
    rule: "sql-connector-enforced",
    changed: instanceWith({ connectorEnforcement: "NOT_REQUIRED" }),
  },
  {
    title: "a database that speaks plain text",
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
  { title: "no backups", rule: "sql-backups", changed: backedUp({ enabled: false, pointInTimeRecoveryEnabled: true }) },
  { title: "no point-in-time recovery", rule: "sql-point-in-time-recovery", changed: backedUp({ enabled: true }) },
  {
    title: "MySQL without its binary log",
    rule: "sql-point-in-time-recovery",
    changed: { instance: { ...good.instance, databaseVersion: "MYSQL_8_4" } },
  },
  {
    title: "backups that go with the instance",
    rule: "sql-backups-outlive-it",
    changed: instanceWith({ retainBackupsOnDelete: false }),
  },
  {
    title: "more connections than the database takes",
    rule: "sql-connections-fit",
    changed: instanceWith({ databaseFlags: [{ name: "max_connections", value: "49" }] }),
  },
  {
    title: "more connections than the tier takes by itself",
    rule: "sql-connections-fit",
    changed: instanceWith({ databaseFlags: [], tier: "db-f1-micro" }),
  },
  {
    title: "a superuser as a service's user",
    rule: "sql-user-not-superuser",
    changed: { user: { ...good.user, databaseRoles: ["cloudsqlsuperuser"] } },
  },
  {
    title: "a user beside those that the job confines",
    rule: "sql-user-not-superuser",
    extra: extra(SQL_USER, { instance: "prod-postgres", name: "reports" }),
  },
  {
    title: "a user of the same name on another server",
    rule: "sql-user-not-superuser",
    extra: extra(SQL_USER, { instance: "prod-other", name: "shop" }),
  },
  {
    title: "Postgres's own administrator",
    rule: "sql-user-not-superuser",
    extra: extra(SQL_USER, { instance: "prod-postgres", name: "postgres" }),
  },
  {
    title: "users that no job confines",
    rule: "sql-user-not-superuser",
    changed: { prepare: good.job },
  },
  {
    title: "Redis without a password",
    rule: "redis-closed",
    changed: { redis: { ...good.redis, authEnabled: false } },
  },
];
