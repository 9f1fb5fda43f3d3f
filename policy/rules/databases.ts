import { at, isMissing, isNot, listAt, textAt, UNKNOWN, when, type Resource, type ResourceRule } from "../rule";
import { REDIS, SQL_INSTANCE } from "../types";

const forInstances = (
  rule: Pick<ResourceRule, "name" | "description"> & { check: (settings: unknown, resource: Resource) => string[] },
): ResourceRule => ({
  name: rule.name,
  description: rule.description,
  types: [SQL_INSTANCE],
  mistakes: (resource) => rule.check(at(resource.props, "settings"), resource),
});

/** False only where the instance says so: Google's default is a public address. */
const hasPublicAddress = (settings: unknown): boolean => at(settings, "ipConfiguration.ipv4Enabled") !== false;

/** Rules on how databases are reached, kept and restored. */
export const databaseRules: readonly ResourceRule[] = [
  forInstances({
    name: "sql-no-authorized-networks",
    description: "No network of the internet may reach a database's address.",
    check: (settings) =>
      when(
        listAt(settings, "ipConfiguration.authorizedNetworks").length > 0,
        "networks are authorised to reach it; take ipConfiguration.authorizedNetworks out, Cloud Run uses the connector",
      ),
  }),
  forInstances({
    name: "sql-connector-enforced",
    description: "An instance with a public address is reached through Google's connector alone.",
    check: (settings, { props }) =>
      when(
        hasPublicAddress(settings) && isNot(at(settings, "connectorEnforcement"), "REQUIRED"),
        `${String(textAt(props, "databaseVersion") ?? "it")} takes connections without the connector; set settings.connectorEnforcement to REQUIRED`,
      ),
  }),
  forInstances({
    name: "sql-encrypted",
    description: "No connection to a database is in plain text.",
    check: (settings) => {
      const mode = at(settings, "ipConfiguration.sslMode");
      const byConnectorAlone = !isNot(at(settings, "connectorEnforcement"), "REQUIRED");
      return when(
        mode === "ALLOW_UNENCRYPTED_AND_ENCRYPTED" || (isMissing(mode) && !byConnectorAlone),
        "it takes connections in plain text; set settings.ipConfiguration.sslMode to ENCRYPTED_ONLY",
      );
    },
  }),
  forInstances({
    name: "sql-deletion-protection",
    description: "Neither Pulumi nor Google's console deletes a database by mistake.",
    check: (settings, { props }) => [
      ...when(at(props, "deletionProtection") === false, "Pulumi may delete it; set deletionProtection to true"),
      ...when(
        isNot(at(settings, "deletionProtectionEnabled"), true),
        "Google may delete it when asked; set settings.deletionProtectionEnabled to true",
      ),
    ],
  }),
  forInstances({
    name: "sql-backups",
    description: "Databases are backed up every day.",
    check: (settings) =>
      when(
        isNot(at(settings, "backupConfiguration.enabled"), true),
        "it has no backups; set settings.backupConfiguration.enabled to true",
      ),
  }),
  forInstances({
    name: "sql-point-in-time-recovery",
    description: "A database can be brought back to any moment of the last days.",
    check: (settings, { props }) => {
      const key = textAt(props, "databaseVersion")?.startsWith("MYSQL")
        ? "binaryLogEnabled"
        : "pointInTimeRecoveryEnabled";
      return when(
        isNot(at(settings, `backupConfiguration.${key}`), true),
        `it has no point-in-time recovery; set settings.backupConfiguration.${key} to true`,
      );
    },
  }),
  forInstances({
    name: "sql-backups-outlive-it",
    description: "Deleting an instance deletes its backups unless they are retained.",
    check: (settings) => {
      const kept = [at(settings, "retainBackupsOnDelete"), at(settings, "finalBackupConfig.enabled")];
      return when(
        !kept.includes(true) && !kept.includes(UNKNOWN),
        "its backups would be deleted with it; set settings.retainBackupsOnDelete to true",
      );
    },
  }),
  {
    name: "redis-closed",
    description: "Redis asks for its password; only its VPC network reaches it anyway.",
    types: [REDIS],
    mistakes: ({ props }) =>
      when(isNot(at(props, "authEnabled"), true), "it asks for no password; set authEnabled to true"),
  },
];
