// Prod's own program with mistakes planted in what it asks for. {ROOT} is filled in by preview.engine.test.ts.
"use strict";
const pulumi = require("@pulumi/pulumi");
const program = require("{ROOT}/stacks/entry.cjs");

let planted = 0;

/** By type: changes the properties that the program gave. */
const mistakes = {
  "gcp:sql/databaseInstance:DatabaseInstance": (props) => {
    props.deletionProtection = false;
    Object.assign(props.settings, { deletionProtectionEnabled: false, connectorEnforcement: "NOT_REQUIRED" });
    Object.assign(props.settings, { retainBackupsOnDelete: false, userLabels: {} });
    props.settings.ipConfiguration = {
      sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
      authorizedNetworks: [{ value: "0.0.0.0/0" }],
    };
    props.settings.backupConfiguration = { enabled: false };
    // The connections of the shipped services on an instance that takes 25 of them.
    props.settings.databaseFlags = [{ name: "max_connections", value: "25" }];
  },
  "gcp:cloudrunv2/service:Service": (props) => {
    const [container] = props.template.containers;
    props.template.serviceAccount = "1-compute@developer.gserviceaccount.com";
    props.template.scaling = { maxInstanceCount: 100 };
    container.image = "europe-docker.pkg.dev/shop/prod/web:latest";
    container.resources = { limits: { cpu: "1" }, cpuIdle: false };
    delete container.startupProbe;
    delete container.livenessProbe;
    container.envs.push({ name: "PORT", value: "8080" }, { name: "API_TOKEN", value: "hunter2" });
    container.envs.push({ name: "DEBUG_TOOLBAR_DEBUG", value: "True" }, { name: "CORS_ALLOWED_ORIGINS", value: "*" });
    container.args = ["gunicorn", "--secret=hunter2"];
    props.annotations = {};
    props.template.timeout = "3600s";
    container.envs.push({ name: "X", valueSource: { secretKeyRef: { secret: "x", version: "latest" } } });
  },
  "gcp:cloudrunv2/job:Job": (props) => void (props.template.template.maxRetries = 3),
  // On the same server, and not among those whom its job confines.
  "gcp:sql/user:User": (props) => void (props.name = "reports"),
  "gcp:secretmanager/secretVersion:SecretVersion": (props) => void (props.deletionPolicy = "DELETE"),
  "gcp:projects/iAMMember:IAMMember": (props) => {
    delete props.condition;
    planted++ > 0 || (props.role = "roles/editor");
  },
  "gcp:artifactregistry/repository:Repository": (props) => {
    props.cleanupPolicies = [];
    props.vulnerabilityScanningConfig = { enablementConfig: "DISABLED" };
  },
  "gcp:monitoring/alertPolicy:AlertPolicy": (props) => void (props.notificationChannels = []),
  "docker:index/registryImage:RegistryImage": (props) => void (props.keepRemotely = false),
  "gcp:secretmanager/secretIamMember:SecretIamMember": (props) => void (props.member = "allUsers"),
};

module.exports = () => {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    mistakes[type]?.(props);
    return { props, opts };
  });
  return program();
};
