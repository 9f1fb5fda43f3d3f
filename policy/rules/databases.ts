import {
  at,
  isMissing,
  isNot,
  listAt,
  setting,
  textAt,
  UNKNOWN,
  when,
  type Resource,
  type Rule,
  type RuleBasics,
} from "../rule";
import { REDIS, SQL_INSTANCE } from "../types";

const forInstances = (rule: RuleBasics & { check: (settings: unknown, resource: Resource) => string[] }): Rule => {
  const { check, ...basics } = rule;
  return {
    ...basics,
    types: SQL_INSTANCE,
    mistakes: (resource) => check(at(resource.props, "settings"), resource),
  };
};

/** False only where the instance says so: Google's default is a public address. */
const hasPublicAddress = (settings: unknown): boolean => at(settings, "ipConfiguration.ipv4Enabled") !== false;

const FEWEST_BACKUPS = 7;

/** Rules on how databases are reached, kept and restored. */
export const databaseRules: readonly Rule[] = [
  forInstances({
    name: "sql-no-authorized-networks",
    description: "No network of the internet may reach a database's address.",
    covers: ["CKV_GCP_11", "GCP-0017", "CIS 6.5"],
    check: (settings) =>
      when(
        listAt(settings, "ipConfiguration.authorizedNetworks").length > 0,
        "networks are authorised to reach it; take ipConfiguration.authorizedNetworks out, Cloud Run uses the connector",
      ),
  }),
  forInstances({
    name: "sql-connector-enforced",
    description: "An instance with a public address is reached through Google's connector alone.",
    covers: ["CKV_GCP_60", "CIS 6.6"],
    check: (settings, { props }) =>
      when(
        hasPublicAddress(settings) && isNot(at(settings, "connectorEnforcement"), "REQUIRED"),
        `${String(textAt(props, "databaseVersion") ?? "it")} takes connections without the connector; set settings.connectorEnforcement to REQUIRED`,
      ),
  }),
  forInstances({
    name: "sql-encrypted",
    description: "No connection to a database is in plain text.",
    covers: ["CKV_GCP_6", "GCP-0015", "CIS 6.4"],
    check: (settings) => {
      const mode = at(settings, "ipConfiguration.sslMode");
      const byConnectorAlone = !isNot(at(settings, "connectorEnforcement"), "REQUIRED");
      return when(
        mode === "ALLOW_UNENCRYPTED_AND_ENCRYPTED" || (isMissing(mode) && !byConnectorAlone),
        "it takes connections in plain text; set settings.ipConfiguration.sslMode to ENCRYPTED_ONLY",
      );
    },
  }),
  {
    ...forInstances({
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
    guardsData: true,
  },
  forInstances({
    name: "sql-backups",
    description: `Databases are backed up every day, and at least ${FEWEST_BACKUPS} backups are kept.`,
    covers: ["CKV_GCP_14", "GCP-0024", "CIS 6.7"],
    check: (settings) => {
      const kept = at(settings, "backupConfiguration.backupRetentionSettings.retainedBackups");
      return [
        ...when(
          isNot(at(settings, "backupConfiguration.enabled"), true),
          "it has no backups; set settings.backupConfiguration.enabled to true",
        ),
        ...when(
          typeof kept === "number" && kept < FEWEST_BACKUPS,
          `it keeps ${String(kept)} backups, so that a mistake is soon in all of them; set backupRetentionSettings.retainedBackups to ${FEWEST_BACKUPS} or more`,
        ),
      ];
    },
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
    description: "Redis asks who is there; only its VPC network reaches it anyway.",
    covers: ["CKV_GCP_95"],
    types: REDIS,
    mistakes: ({ type, props }) =>
      when(
        type.includes("redis/instance")
          ? isNot(at(props, "authEnabled"), true)
          : isMissing(at(props, "authorizationMode")) || /DISABLED$/.test(String(at(props, "authorizationMode"))),
        "it asks for no password; set authEnabled to true (of a cluster, authorizationMode to IAM_AUTH)",
      ),
  },
  setting({
    name: "redis-encrypted",
    description: "No connection to Redis is in plain text: its password and all sessions are read on the way.",
    covers: ["CKV_GCP_97"],
    // fleet:redisTls keeps one that was deployed without.
    isExcusable: true,
    types: REDIS,
    path: "transitEncryptionMode",
    isWrong: (mode) => !/SERVER_AUTHENTICATION$/.test(String(mode)),
    say: "it takes connections in plain text; set transitEncryptionMode to SERVER_AUTHENTICATION",
  }),
];
