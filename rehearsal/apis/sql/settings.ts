import * as errors from "../../errors";
import type { Resource } from "../../store";
import { engineOf } from "./engines";
import { checkFlags } from "./flags/flags";
import type { PasswordPolicy } from "./passwords";
import { tierOf, type Tier } from "./tiers";

export type Settings = Resource & {
  tier: string;
  settingsVersion: string;
  edition?: string;
  activationPolicy?: string;
  deletionProtectionEnabled?: boolean;
  databaseFlags?: { name: string; value?: string }[];
  ipConfiguration?: Resource;
  backupConfiguration?: Resource;
  passwordValidationPolicy?: PasswordPolicy;
};

/** @throws ApiError 400 for what the schema allows and Cloud SQL does not, 501 for an engine that does not run here */
export const checked = (of: { settings: Partial<Settings> | undefined; databaseVersion: string }): Settings => {
  const { settings, databaseVersion } = of;
  const { engine, number } = engineOf(databaseVersion);
  if (!settings?.tier) throw errors.invalidArgument("Invalid request: Missing parameter: tier.");
  const edition = settings.edition ?? engine.edition(number);
  const whole = { ...settings, edition } as Settings;
  if (!sizeOf({ settings: whole, databaseVersion }))
    throw errors.invalidArgument(`Invalid request: Invalid Tier (${settings.tier}) for (${edition}) Edition.`);
  checkFlags({ listed: engine.flags, given: settings.databaseFlags ?? [], number, databaseVersion });
  checkLog(whole, engine.log);
  return whole;
};

/** The size of an instance's machine; undefined where its edition or engine has no such tier. */
export const sizeOf = (of: { settings: Settings; databaseVersion: string }): Tier | undefined => {
  const { settings, databaseVersion } = of;
  const { machineTypes } = engineOf(databaseVersion).engine;
  return tierOf({ tier: settings.tier, edition: settings.edition ?? "ENTERPRISE", machineTypes });
};

/** https://cloud.google.com/sql/docs/mysql/backup-recovery/pitr: the binary log is MySQL's, and needs backups. */
const checkLog = ({ backupConfiguration = {} }: Settings, log: { foreign: string; own: string }): void => {
  const isOn = (name: string): boolean => backupConfiguration[name] === true;
  if (isOn(log.foreign))
    throw errors.invalidArgument(`Invalid request: ${log.foreign} is not a setting of this database engine.`);
  if (isOn(log.own) && !isOn("enabled"))
    throw errors.invalidArgument(`Invalid request: ${log.own} needs backups to be enabled.`);
};

/** The settings with Cloud SQL's defaults, as it returns them. */
export const withDefaults = (settings: Settings, region: string): Settings => ({
  kind: "sql#settings",
  pricingPlan: "PER_USE",
  replicationType: "SYNCHRONOUS",
  activationPolicy: "ALWAYS",
  availabilityType: "ZONAL",
  storageAutoResize: true,
  storageAutoResizeLimit: "0",
  dataDiskSizeGb: "10",
  dataDiskType: "PD_SSD",
  connectorEnforcement: "NOT_REQUIRED",
  ...settings,
  locationPreference: {
    kind: "sql#locationPreference",
    zone: `${region}-b`,
    ...(settings["locationPreference"] as object),
  },
  ipConfiguration: {
    ipv4Enabled: true,
    sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
    serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
    ...settings.ipConfiguration,
  },
  backupConfiguration: {
    kind: "sql#backupConfiguration",
    startTime: "17:00",
    enabled: false,
    transactionLogRetentionDays: 7,
    backupRetentionSettings: { retainedBackups: 7, retentionUnit: "COUNT" },
    ...settings.backupConfiguration,
  },
});
