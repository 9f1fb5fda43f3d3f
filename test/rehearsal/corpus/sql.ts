import { PROJECTS, type Pair } from "./pair";

export const DOCS = "https://cloud.google.com/sql/docs/postgres";
export const REST = `${DOCS}/admin-api/rest/v1beta4`;
export const INSTANCES = `sqladmin/sql/v1beta4/${PROJECTS}/instances`;
export const INSERT = `POST ${INSTANCES}`;

export const instance = (settings: object, more: object = {}) => ({
  name: "main",
  region: "us-central1",
  databaseVersion: "POSTGRES_15",
  settings: { tier: "db-custom-2-7680", ...settings },
  ...more,
});
const backups = (more: object) => instance({ backupConfiguration: { enabled: true, ...more } });
const networks = (value: string) => instance({ ipConfiguration: { authorizedNetworks: [{ value }] } });
const flags = (...names: string[]) => instance({ databaseFlags: names.map((name) => ({ name, value: "100" })) });

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says">;
const insert = (from: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from, ask: INSERT }));

/** Instances that Cloud SQL does not take. */
export const sql: readonly Pair[] = [
  ...insert(
    `${DOCS}/instance-settings`,
    {
      what: "an instance's name that begins with a digit",
      wrong: instance({}, { name: "1st" }),
      right: instance({}, { name: "first" }),
      says: /Invalid value \(1st\) found in instance name/,
    },
    {
      what: "a region that is not",
      wrong: instance({}, { region: "us-centra1" }),
      right: instance({}),
      says: /Invalid value for region: us-centra1/,
    },
    {
      what: "three CPUs",
      wrong: instance({ tier: "db-custom-3-11520" }),
      right: instance({ tier: "db-custom-4-15360" }),
      says: /vCPUs must be either 1 or an even number between 2 and 96/,
    },
    {
      what: "memory that is no multiple of 256 MB",
      wrong: instance({ tier: "db-custom-2-7681" }),
      right: instance({ tier: "db-custom-2-7680" }),
      says: /memory must be a multiple of 256 MB/,
    },
    {
      what: "memory of 1 GB",
      wrong: instance({ tier: "db-custom-1-1024" }),
      right: instance({ tier: "db-custom-1-3840" }),
      says: /memory must be at least 3\.75 GB/,
    },
    {
      what: "more memory than the CPUs take",
      wrong: instance({ tier: "db-custom-1-7680" }),
      right: instance({ tier: "db-custom-2-13312" }),
      says: /memory must be 0\.9 to 6\.5 GB per vCPU/,
    },
    {
      what: "less memory than the CPUs need",
      wrong: instance({ tier: "db-custom-8-3840" }),
      right: instance({ tier: "db-custom-8-7680" }),
      says: /memory must be 0\.9 to 6\.5 GB per vCPU/,
    },
    {
      what: "a tier that is misspelt",
      wrong: instance({ tier: "db-f1-mirco" }),
      right: instance({ tier: "db-f1-micro" }),
      says: /Invalid Tier \(db-f1-mirco\) for \(ENTERPRISE\) Edition/,
    },
    {
      what: "Enterprise's tier in Enterprise Plus",
      wrong: instance({ edition: "ENTERPRISE_PLUS" }),
      right: instance({ edition: "ENTERPRISE" }),
      says: /Invalid Tier \(db-custom-2-7680\) for \(ENTERPRISE_PLUS\) Edition/,
    },
    {
      what: "a disk of 5 GB",
      wrong: instance({ dataDiskSizeGb: "5" }),
      right: instance({ dataDiskSizeGb: "10" }),
      says: /data disk size minimum is 10GB, not 5/,
    },
    {
      what: "a disk of 70 TB",
      wrong: instance({ dataDiskSizeGb: "71680" }),
      right: instance({ dataDiskSizeGb: "65536" }),
      says: /data disk size maximum is 65536GB/,
    },
    {
      what: "a limit below the disk's size",
      wrong: instance({ dataDiskSizeGb: "100", storageAutoResizeLimit: "50" }),
      right: instance({ dataDiskSizeGb: "100", storageAutoResizeLimit: "200" }),
      says: /storage auto resize limit 50 is less than the disk size 100/,
    },
  ),
  ...insert(
    `${REST}/instances`,
    {
      what: "no tier",
      wrong: { ...instance({}), settings: { edition: "ENTERPRISE" } },
      right: instance({}),
      says: /Missing parameter: tier/,
    },
    {
      what: "a version that is none",
      wrong: instance({}, { databaseVersion: "POSTGRES_15_4" }),
      right: instance({}, { databaseVersion: "POSTGRES_15" }),
      says: /database_version' \(TYPE_ENUM\), "POSTGRES_15_4"/,
    },
    {
      what: "backups at half past 25",
      wrong: backups({ startTime: "25:30" }),
      right: backups({ startTime: "23:30" }),
      says: /"25:30" is not in the 24 hour format HH:MM/,
    },
    {
      what: "backups of two years",
      wrong: backups({ backupRetentionSettings: { retainedBackups: 730 } }),
      right: backups({ backupRetentionSettings: { retainedBackups: 365 } }),
      says: /number of retained backups must be between 1 and 365, not 730/,
    },
    {
      what: "logs of two months",
      wrong: backups({ transactionLogRetentionDays: 60 }),
      right: backups({ transactionLogRetentionDays: 7 }),
      says: /transaction logs are kept from 1 to 35 days, not 60/,
    },
    {
      what: "maintenance at 24 o'clock",
      wrong: instance({ maintenanceWindow: { day: 7, hour: 24 } }),
      right: instance({ maintenanceWindow: { day: 7, hour: 23 } }),
      says: /hour of a maintenance window must be between 0 and 23, not 24/,
    },
    {
      what: "maintenance on the eighth day",
      wrong: instance({ maintenanceWindow: { day: 8, hour: 4 } }),
      right: instance({ maintenanceWindow: { day: 1, hour: 4 } }),
      says: /day of a maintenance window must be between 1 and 7, not 8/,
    },
    {
      what: "a network without its mask's bits",
      wrong: networks("10.0.0.0/33"),
      right: networks("10.0.0.0/8"),
      says: /IP address \(10\.0\.0\.0\/33\) in authorized networks is not in CIDR notation/,
    },
    {
      what: "a network by name",
      wrong: networks("office"),
      right: networks("203.0.113.7"),
      says: /IP address \(office\)/,
    },
    {
      what: "a query's text that is too short",
      wrong: instance({ insightsConfig: { queryInsightsEnabled: true, queryStringLength: 100 } }),
      right: instance({ insightsConfig: { queryInsightsEnabled: true, queryStringLength: 256 } }),
      says: /query_string_length': 100 must be between 256 and 4500/,
    },
    {
      what: "a label with capitals",
      wrong: instance({ userLabels: { Team: "web" } }),
      right: instance({ userLabels: { team: "web" } }),
      says: /Label key 'Team' violates format constraints/,
    },
  ),
  ...insert(`${DOCS}/high-availability`, {
    what: "high availability without backups",
    wrong: instance({ availabilityType: "REGIONAL" }),
    right: instance({ availabilityType: "REGIONAL", backupConfiguration: { enabled: true } }),
    says: /automated backups must be enabled for a regional/,
  }),
  ...insert(
    `${DOCS}/backup-recovery/pitr`,
    {
      what: "point-in-time recovery without backups",
      wrong: instance({ backupConfiguration: { enabled: false, pointInTimeRecoveryEnabled: true } }),
      right: instance({ backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true } }),
      says: /needs backups to be enabled/,
    },
    {
      what: "MySQL's binary log in Postgres",
      wrong: backups({ binaryLogEnabled: true }),
      right: backups({ pointInTimeRecoveryEnabled: true }),
      says: /binaryLogEnabled is not a setting of this database engine/,
    },
  ),
  ...insert(
    `${DOCS}/flags`,
    {
      what: "a flag that is misspelt",
      wrong: flags("max_connection"),
      right: flags("max_connections"),
      says: /Invalid flag name: max_connection\./,
    },
    {
      what: "a flag's value that is no number",
      wrong: instance({ databaseFlags: [{ name: "max_connections", value: "many" }] }),
      right: instance({ databaseFlags: [{ name: "max_connections", value: "200" }] }),
      says: /Failed to set max_connections: many was not an expected integer/,
    },
  ),
];
