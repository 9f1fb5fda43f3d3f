import type { Rehearsed } from "../../discovery/rehearsed";

/** What only the server sets, which clients send back with what they read. */
const OUTPUTS = [
  ...["backendType", "connectionName", "createTime", "currentDiskSize", "diskEncryptionStatus", "etag", "gceZone"],
  ...["ipAddresses", "ipv6Address", "kind", "maxDiskSize", "outOfDiskReport", "project", "replicaNames"],
  ...["satisfiesPzs", "scheduledMaintenance", "selfLink", "serverCaCert", "serviceAccountEmailAddress"],
  ...["sqlNetworkArchitecture", "state", "suspensionReason"],
];

/** The settings of backups, disks, maintenance and insights are kept, and nothing that runs depends on them. */
export const rehearsed: Rehearsed = {
  fields: {
    DatabaseInstance: [
      ...OUTPUTS,
      ...["databaseVersion", "instanceType", "maintenanceVersion", "name", "region", "rootPassword", "settings"],
    ],
    Settings: [
      ...["activationPolicy", "availabilityType", "backupConfiguration", "connectorEnforcement", "databaseFlags"],
      ...[
        "dataCacheConfig",
        "dataDiskSizeGb",
        "dataDiskType",
        "deletionProtectionEnabled",
        "denyMaintenancePeriods",
        "edition",
      ],
      ...["finalBackupConfig", "insightsConfig", "ipConfiguration", "kind", "locationPreference", "maintenanceWindow"],
      ...[
        "passwordValidationPolicy",
        "pricingPlan",
        "replicationType",
        "retainBackupsOnDelete",
        "settingsVersion",
        "storageAutoResize",
      ],
      ...["storageAutoResizeLimit", "tier", "userLabels"],
    ],
    // The plugin sends that there is none.
    DataCacheConfig: [],
    // The socket of the connector is the only way in here.
    IpConfiguration: ["authorizedNetworks", "ipv4Enabled", "requireSsl", "serverCaMode", "sslMode"],
    PasswordValidationPolicy: [
      ...["complexity", "disallowUsernameSubstring", "enablePasswordPolicy", "minLength", "reuseInterval"],
    ],
    InstancesRestoreBackupRequest: ["restoreBackupContext"],
    RestoreBackupContext: ["backupRunId", "instanceId", "kind", "project"],
    BackupRun: ["description", "instance", "kind", "location"],
    User: ["databaseRoles", "etag", "host", "instance", "kind", "name", "password", "project", "type"],
    Database: ["charset", "collation", "etag", "instance", "kind", "name", "project", "selfLink"],
  },
  values: {
    "DatabaseInstance.instanceType": ["CLOUD_SQL_INSTANCE"],
    "Settings.activationPolicy": ["ALWAYS"],
    "User.type": ["BUILT_IN"],
  },
};
