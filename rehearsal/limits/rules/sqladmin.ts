import { isIPv4 } from "node:net";
import type { FieldViolation } from "../../errors";
import { isRegion } from "../names";
import type { Rules, Visited } from "../rules";

/** What Cloud SQL refuses and no document marks: https://cloud.google.com/sql/docs (2026-11-29). */
const violation = (of: Visited, key: string, what: string): FieldViolation => ({
  field: of.at(key),
  description: `Invalid request: ${what}.`,
});

type Instance = { name?: string; project?: string; region?: string; databaseVersion?: string };

/** Names of instance and project together: https://cloud.google.com/sql/docs/postgres/instance-settings#instance-id-2ndgen */
const LONGEST = 98;

const instance = (of: Visited<Instance>): FieldViolation[] => {
  const { name = "", project = "", region, databaseVersion } = of.message;
  return [
    ...(region !== undefined && !isRegion(region)
      ? [violation(of, "region", `Invalid value for region: ${region}`)]
      : []),
    ...(`${project}:${name}`.length > LONGEST
      ? [violation(of, "name", `the names of project and instance must together be at most ${LONGEST} characters`)]
      : []),
    ...(databaseVersion === "SQL_DATABASE_VERSION_UNSPECIFIED"
      ? [violation(of, "database_version", "Missing parameter: databaseVersion")]
      : []),
  ];
};

type Settings = {
  tier?: string;
  dataDiskSizeGb?: string;
  storageAutoResizeLimit?: string;
  availabilityType?: string;
  backupConfiguration?: { enabled?: boolean };
  pricingPlan?: string;
};

const settings = (of: Visited<Settings>): FieldViolation[] => {
  const { tier = "", dataDiskSizeGb, storageAutoResizeLimit: limit = "0", pricingPlan } = of.message;
  const size = Number(dataDiskSizeGb ?? 10);
  return [
    ...customProblems(of, tier),
    ...(size < 10 ? [violation(of, "data_disk_size_gb", `the data disk size minimum is 10GB, not ${size}`)] : []),
    ...(size > 65_536
      ? [violation(of, "data_disk_size_gb", `the data disk size maximum is 65536GB, not ${size}`)]
      : []),
    ...(Number(limit) !== 0 && Number(limit) < size
      ? [
          violation(
            of,
            "storage_auto_resize_limit",
            `the storage auto resize limit ${limit} is less than the disk size ${size}`,
          ),
        ]
      : []),
    ...(pricingPlan === "PACKAGE"
      ? [violation(of, "pricing_plan", "only PER_USE is supported for Second Generation instances")]
      : []),
    ...(of.message.availabilityType === "REGIONAL" && of.message.backupConfiguration?.enabled !== true
      ? [
          violation(
            of,
            "availability_type",
            "automated backups must be enabled for a regional (highly available) instance",
          ),
        ]
      : []),
  ];
};

const GB = 1024;

/** https://cloud.google.com/sql/docs/postgres/machine-series-overview: custom machine types of N1. */
const customProblems = (of: Visited, tier: string): FieldViolation[] => {
  const [, cpus, memory] = (/^db-custom-(\d+)-(\d+)$/.exec(tier) ?? []).map(Number);
  if (cpus === undefined || memory === undefined) return [];
  const wrong = (what: string) => [violation(of, "tier", `Invalid Tier (${tier}): ${what}`)];
  if (cpus !== 1 && (cpus % 2 !== 0 || cpus < 2 || cpus > 96))
    return wrong("vCPUs must be either 1 or an even number between 2 and 96");
  if (memory % 256 !== 0) return wrong("memory must be a multiple of 256 MB");
  if (memory < 3.75 * GB) return wrong("memory must be at least 3.75 GB (3840 MB)");
  const isFitting = memory >= 0.9 * GB * cpus && memory <= 6.5 * GB * cpus;
  return isFitting ? [] : wrong("memory must be 0.9 to 6.5 GB per vCPU");
};

const backups = (of: Visited<{ startTime?: string; transactionLogRetentionDays?: number }>): FieldViolation[] => {
  const { startTime, transactionLogRetentionDays: days = 7 } = of.message;
  return [
    ...(startTime !== undefined && !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(startTime)
      ? [violation(of, "start_time", `the start time "${startTime}" is not in the 24 hour format HH:MM`)]
      : []),
    // 1 to 7 in the document, 35 in Enterprise Plus: https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr
    ...(days < 1 || days > 35
      ? [violation(of, "transaction_log_retention_days", `transaction logs are kept from 1 to 35 days, not ${days}`)]
      : []),
  ];
};

const retention = (of: Visited<{ retainedBackups?: number }>): FieldViolation[] => {
  const { retainedBackups: count = 7 } = of.message;
  return count < 1 || count > 365
    ? [violation(of, "retained_backups", `the number of retained backups must be between 1 and 365, not ${count}`)]
    : [];
};

const maintenance = (of: Visited<{ day?: number; hour?: number }>): FieldViolation[] => {
  const { day = 1, hour = 0 } = of.message;
  return [
    ...(day < 0 || day > 7
      ? [violation(of, "day", `the day of a maintenance window must be between 1 and 7, not ${day}`)]
      : []),
    ...(hour < 0 || hour > 23
      ? [violation(of, "hour", `the hour of a maintenance window must be between 0 and 23, not ${hour}`)]
      : []),
  ];
};

const acl = (of: Visited<{ value?: string }>): FieldViolation[] => {
  const { value = "" } = of.message;
  const [address = "", bits = "32"] = value.split("/");
  const isRight = isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
  return isRight
    ? []
    : [
        violation(
          of,
          "value",
          `Invalid value for: IP address (${value}) in authorized networks is not in CIDR notation`,
        ),
      ];
};

const insights = (of: Visited<{ queryPlansPerMinute?: number }>): FieldViolation[] => {
  const { queryPlansPerMinute: plans = 5 } = of.message;
  return plans < 0 || plans > 20
    ? [violation(of, "query_plans_per_minute", `query plans per minute must be between 0 and 20, not ${plans}`)]
    : [];
};

export const sqladmin: Rules = {
  DatabaseInstance: instance,
  Settings: settings,
  BackupConfiguration: backups,
  BackupRetentionSettings: retention,
  MaintenanceWindow: maintenance,
  AclEntry: acl,
  InsightsConfig: insights,
};
