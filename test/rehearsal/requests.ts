/** One request to an API of Google's; `wrong` is what its answer has to say. */
export type Example = {
  what: string;
  ask: string;
  body?: unknown;
  wrong?: RegExp;
  /** How many things are wrong, where it is not one. */
  count?: number;
  /** Where it is from. */
  from: string;
};

const RUN = "https://cloud.google.com/run/docs/reference/rest/v2";
const SECRETS = "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets";
const SQL = "https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4";
const REGISTRY = "https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories";
const IAM = "https://cloud.google.com/iam/docs/reference/rest/v1";
const PROJECTS = "https://cloud.google.com/resource-manager/reference/rest";
const USAGE = "https://cloud.google.com/service-usage/docs/reference/rest/v1/services";
const MONITORING = "https://cloud.google.com/monitoring/api/ref_v3/rest/v3";

const LOCATION = "projects/my-project/locations/us-central1";
const HELLO = { containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello" }] };
const SERVICE = `run POST v2/${LOCATION}/services?serviceId=hello`;
const SECRET = "secretmanager POST v1/projects/my-project/secrets?secretId=key";
const INSTANCE = "sqladmin POST sql/v1beta4/projects/my-project/instances";
const TIER = { tier: "db-custom-1-3840" };
const POLICY = "monitoring POST v3/projects/my-project/alertPolicies";
const THRESHOLD = {
  filter: 'metric.type="compute.googleapis.com/instance/cpu/utilization" AND resource.type="gce_instance"',
  comparison: "COMPARISON_GT",
  thresholdValue: 0.9,
  duration: "300s",
  trigger: { count: 1 },
  aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MEAN" }],
};
const CONDITION = { displayName: "High CPU", conditionThreshold: THRESHOLD };

const container = (more: object): object => ({ template: { containers: [{ ...HELLO.containers[0], ...more }] } });

export const right: Example[] = [
  { what: "a service", ask: SERVICE, body: { template: HELLO }, from: `${RUN}/projects.locations.services/create` },
  {
    what: "limits, ports and probes",
    ask: SERVICE,
    body: container({
      resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
      ports: [{ name: "http1", containerPort: 8080 }],
      startupProbe: {
        httpGet: { path: "/health", httpHeaders: [{ name: "x", value: "y" }] },
        periodSeconds: 1,
        failureThreshold: 30,
      },
      livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 5 },
    }),
    from: `${RUN}/Container`,
  },
  {
    what: "secrets as variables and Cloud SQL as a volume",
    ask: SERVICE,
    body: {
      template: {
        containers: [
          {
            image: "hello",
            env: [
              { name: "MODE", value: "prod" },
              { name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "3" } } },
            ],
            volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }],
          },
        ],
        volumes: [{ name: "cloudsql", cloudSqlInstance: { instances: ["my-project:us-central1:db"] } }],
      },
    },
    from: `${RUN}/Volume`,
  },
  {
    what: "a timeout, scaling and a service account",
    ask: SERVICE,
    body: {
      ingress: "INGRESS_TRAFFIC_ALL",
      launchStage: "GA",
      template: {
        ...HELLO,
        timeout: "300s",
        serviceAccount: "web@my-project.iam.gserviceaccount.com",
        scaling: { minInstanceCount: 0, maxInstanceCount: 10 },
        maxInstanceRequestConcurrency: 80,
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      },
    },
    from: `${RUN}/projects.locations.services#RevisionTemplate`,
  },
  {
    what: "fields by their original names",
    ask: `run POST v2/${LOCATION}/services?service_id=hello`,
    body: {
      template: {
        ...HELLO,
        scaling: { max_instance_count: 10 },
        vpc_access: { egress: "PRIVATE_RANGES_ONLY", network_interfaces: [{ network: "default" }] },
      },
    },
    from: "https://protobuf.dev/programming-guides/json/",
  },
  {
    what: "traffic by a mask",
    ask: `run PATCH v2/${LOCATION}/services/hello?updateMask=traffic`,
    body: {
      traffic: [
        { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "hello-00001", percent: 90 },
        { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 10 },
      ],
    },
    from: `${RUN}/projects.locations.services/patch`,
  },
  {
    what: "what only the server sets, sent back",
    ask: `run PATCH v2/${LOCATION}/services/hello`,
    body: { uid: "u", generation: "3", createTime: "2026-01-01T00:00:00.123456Z", etag: '"abc"', template: HELLO },
    from: `${RUN}/projects.locations.services#Service`,
  },
  {
    what: "a job",
    ask: `run POST v2/${LOCATION}/jobs?jobId=migrate`,
    body: {
      template: {
        taskCount: 1,
        template: {
          containers: [{ image: "hello", command: ["python"], args: ["manage.py", "migrate"] }],
          maxRetries: 0,
          timeout: "600s",
        },
      },
    },
    from: `${RUN}/projects.locations.jobs/create`,
  },
  {
    what: "an execution with other values",
    ask: `run POST v2/${LOCATION}/jobs/migrate:run`,
    body: {
      overrides: {
        containerOverrides: [{ args: ["--check"], env: [{ name: "A", value: "b" }] }],
        taskCount: 2,
        timeout: "60s",
      },
    },
    from: `${RUN}/projects.locations.jobs/run`,
  },
  {
    what: "a page of executions",
    ask: `run GET v2/${LOCATION}/jobs/migrate/executions?pageSize=100&showDeleted=false`,
    from: `${RUN}/projects.locations.jobs.executions/list`,
  },
  {
    what: "a wait with a time",
    ask: `run POST v2/${LOCATION}/operations/abc:wait`,
    body: { timeout: "30.5s" },
    from: `${RUN}/projects.locations.operations/wait`,
  },
  {
    what: "who may invoke",
    ask: `run POST v2/${LOCATION}/services/hello:setIamPolicy`,
    body: {
      policy: { etag: "BwXhqDVI8Xs=", bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] },
      updateMask: "bindings,etag",
    },
    from: `${RUN}/projects.locations.services/setIamPolicy`,
  },
  { what: "a secret", ask: SECRET, body: { replication: { automatic: {} } }, from: `${SECRETS}/create` },
  {
    what: "a secret kept in two places",
    ask: SECRET,
    body: {
      replication: { userManaged: { replicas: [{ location: "us-east1" }, { location: "us-west1" }] } },
      labels: { team: "web" },
      annotations: { a: "b" },
    },
    from: SECRETS,
  },
  {
    what: "a secret that is rotated",
    ask: SECRET,
    body: {
      replication: { automatic: {} },
      topics: [{ name: "projects/my-project/topics/rotate" }],
      rotation: { nextRotationTime: "2026-06-01T09:00:00+02:00", rotationPeriod: "2592000s" },
      ttl: "7776000s",
    },
    from: "https://cloud.google.com/secret-manager/docs/secret-rotation",
  },
  {
    what: "a version with its checksum",
    ask: "secretmanager POST v1/projects/my-project/secrets/key:addVersion",
    body: { payload: { data: "c2VjcmV0IQ==", dataCrc32c: "1234567890" } },
    from: `${SECRETS}/addVersion`,
  },
  {
    what: "a version that is switched off",
    ask: "secretmanager POST v1/projects/my-project/secrets/key/versions/2:disable",
    body: { etag: '"15e6c2"' },
    from: `${SECRETS}.versions/disable`,
  },
  {
    what: "a database server",
    ask: INSTANCE,
    body: {
      name: "db",
      region: "us-central1",
      databaseVersion: "POSTGRES_15",
      rootPassword: "x",
      settings: {
        ...TIER,
        edition: "ENTERPRISE",
        backupConfiguration: {
          enabled: true,
          startTime: "16:00",
          pointInTimeRecoveryEnabled: true,
          transactionLogRetentionDays: 7,
        },
        ipConfiguration: { ipv4Enabled: true, sslMode: "ENCRYPTED_ONLY", authorizedNetworks: [] },
        databaseFlags: [{ name: "max_connections", value: "100" }],
        dataDiskSizeGb: "10",
        dataDiskType: "PD_SSD",
        storageAutoResize: true,
        availabilityType: "ZONAL",
      },
    },
    from: `${SQL}/instances/insert`,
  },
  {
    what: "numbers of 64 bits as numbers",
    ask: "sqladmin PATCH sql/v1beta4/projects/my-project/instances/db",
    body: { settings: { dataDiskSizeGb: 20, settingsVersion: 7, deletionProtectionEnabled: false } },
    from: "https://protobuf.dev/programming-guides/json/",
  },
  {
    what: "a database",
    ask: "sqladmin POST sql/v1beta4/projects/my-project/instances/db/databases",
    body: { name: "reservas", project: "my-project", instance: "db", charset: "UTF8", collation: "en_US.UTF8" },
    from: `${SQL}/databases/insert`,
  },
  {
    what: "a user",
    ask: "sqladmin POST sql/v1beta4/projects/my-project/instances/db/users",
    body: { name: "reservas", password: "x", type: "BUILT_IN" },
    from: `${SQL}/users/insert`,
  },
  {
    what: "a user in another version of the API",
    ask: "sqladmin PUT v1/projects/my-project/instances/db/users?name=reservas&host=%25",
    body: { password: "y" },
    from: "https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/users/update",
  },
  {
    what: "a backup",
    ask: "sqladmin POST sql/v1beta4/projects/my-project/instances/db/backupRuns",
    body: { description: "before the change" },
    from: `${SQL}/backupRuns/insert`,
  },
  {
    what: "a repository with rules of what goes",
    ask: `artifactregistry POST v1/${LOCATION}/repositories?repositoryId=apps`,
    body: {
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      dockerConfig: { immutableTags: true },
      cleanupPolicies: {
        old: { id: "old", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "2592000s" } },
        recent: { id: "recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
      },
    },
    from: `${REGISTRY}/create`,
  },
  {
    what: "a policy of version 3",
    ask: `artifactregistry GET v1/${LOCATION}/repositories/apps:getIamPolicy?options.requestedPolicyVersion=3`,
    from: `${REGISTRY}/getIamPolicy`,
  },
  {
    what: "a service account",
    ask: "iam POST v1/projects/my-project/serviceAccounts",
    body: { accountId: "web-app", serviceAccount: { displayName: "Web", description: "Runs it" } },
    from: `${IAM}/projects.serviceAccounts/create`,
  },
  {
    what: "a changed service account",
    ask: "iam PATCH v1/projects/my-project/serviceAccounts/web@my-project.iam.gserviceaccount.com",
    body: { updateMask: "displayName", serviceAccount: { displayName: "Web", etag: "BwUjMhCsNvY=" } },
    from: `${IAM}/projects.serviceAccounts/patch`,
  },
  {
    what: "a role with a condition",
    ask: "cloudresourcemanager POST v1/projects/my-project:setIamPolicy",
    body: {
      policy: {
        version: 3,
        bindings: [
          {
            role: "roles/viewer",
            members: ["user:a@example.com"],
            condition: { title: "until", expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
          },
        ],
      },
    },
    from: `${PROJECTS}/v1/projects/setIamPolicy`,
  },
  {
    what: "what somebody may do",
    ask: "cloudresourcemanager POST v3/projects/my-project:testIamPermissions",
    body: { permissions: ["run.services.create"] },
    from: `${PROJECTS}/v3/projects/testIamPermissions`,
  },
  {
    what: "several APIs at once",
    ask: "serviceusage POST v1/projects/123456789012/services:batchEnable",
    body: { serviceIds: ["run.googleapis.com", "sqladmin.googleapis.com"] },
    from: `${USAGE}/batchEnable`,
  },
  {
    what: "the enabled ones",
    ask: "serviceusage GET v1/projects/my-project/services?filter=state:ENABLED&pageSize=200&alt=json&prettyPrint=false",
    from: `${USAGE}/list`,
  },
  {
    what: "several by name",
    ask: "serviceusage GET v1/projects/p/services:batchGet?names=projects/p/services/run.googleapis.com&names=projects/p/services/iam.googleapis.com",
    from: `${USAGE}/batchGet`,
  },
  {
    what: "an alert",
    ask: POLICY,
    body: {
      displayName: "CPU",
      combiner: "OR",
      conditions: [CONDITION],
      notificationChannels: ["projects/my-project/notificationChannels/1"],
      alertStrategy: { autoClose: "1800s" },
      documentation: { content: "Look", mimeType: "text/markdown" },
    },
    from: "https://cloud.google.com/monitoring/alerts/policies-in-json",
  },
  {
    what: "a channel",
    ask: "monitoring POST v3/projects/my-project/notificationChannels",
    body: { type: "email", displayName: "Team", labels: { email_address: "a@example.com" } },
    from: `${MONITORING}/projects.notificationChannels/create`,
  },
  {
    what: "a check from outside",
    ask: "monitoring POST v3/projects/my-project/uptimeCheckConfigs",
    body: {
      displayName: "web",
      monitoredResource: { type: "uptime_url", labels: { host: "example.com", project_id: "my-project" } },
      httpCheck: {
        path: "/health/",
        port: 443,
        useSsl: true,
        validateSsl: true,
        acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }],
      },
      period: "60s",
      timeout: "10s",
      selectedRegions: ["EUROPE", "USA_IOWA", "ASIA_PACIFIC"],
    },
    from: `${MONITORING}/projects.uptimeCheckConfigs/create`,
  },
  {
    what: "measurements between two times",
    ask: "monitoring GET v3/projects/my-project/timeSeries?filter=metric.type%3D%22a%22&interval.endTime=2026-01-01T00:05:00Z&interval.startTime=2026-01-01T00:00:00Z&aggregation.groupByFields=a&aggregation.groupByFields=b&view=FULL",
    from: `${MONITORING}/projects.timeSeries/list`,
  },
];

export const wrong: Example[] = [
  {
    what: "an unknown field at the top",
    ask: SERVICE,
    body: { template: HELLO, replicas: 3 },
    wrong: /^Invalid JSON payload received\. Unknown name "replicas" at 'service': Cannot find field\.$/,
    from: RUN,
  },
  {
    what: "an unknown field deep down",
    ask: SERVICE,
    body: container({ env: [{ name: "A", values: "b" }] }),
    wrong: /Unknown name "values" at 'service\.template\.containers\[0\]\.env\[0\]': Cannot find field/,
    from: RUN,
  },
  {
    what: "a field of Knative's",
    ask: SERVICE,
    body: { template: { ...HELLO, containerConcurrency: 80 } },
    wrong: /Unknown name "containerConcurrency" at 'service\.template'/,
    from: RUN,
  },
  {
    what: "a spelling that is neither",
    ask: SERVICE,
    body: { template: { ...HELLO, "service-account": "x" } },
    wrong: /Unknown name "service-account"/,
    from: RUN,
  },
  {
    what: "a text for a number",
    ask: SERVICE,
    body: { template: { ...HELLO, scaling: { maxInstanceCount: "many" } } },
    wrong: /Invalid value at 'service\.template\.scaling\.max_instance_count' \(TYPE_INT32\), "many"/,
    from: RUN,
  },
  {
    what: "half a number",
    ask: SERVICE,
    body: { template: { ...HELLO, scaling: { maxInstanceCount: 1.5 } } },
    wrong: /max_instance_count' \(TYPE_INT32\), 1\.5/,
    from: RUN,
  },
  {
    what: "a number beyond 32 bits",
    ask: SERVICE,
    body: container({ ports: [{ containerPort: 2 ** 31 }] }),
    wrong: /container_port' \(TYPE_INT32\)/,
    from: RUN,
  },
  {
    what: "a number for a text",
    ask: SERVICE,
    body: container({ env: [{ name: "A", value: 5 }] }),
    wrong: /Invalid value at 'service\.template\.containers\[0\]\.env\[0\]\.value' \(TYPE_STRING\), 5/,
    from: RUN,
  },
  {
    what: "a number for a limit",
    ask: SERVICE,
    body: container({ resources: { limits: { cpu: 1 } } }),
    wrong: /resources\.limits\.cpu' \(TYPE_STRING\), 1/,
    from: RUN,
  },
  {
    what: "no such choice",
    ask: SERVICE,
    body: { template: HELLO, ingress: "all" },
    wrong: /Invalid value at 'service\.ingress' \(TYPE_ENUM\), "all"/,
    from: RUN,
  },
  {
    what: "no such environment",
    ask: SERVICE,
    body: { template: { ...HELLO, executionEnvironment: "GEN2" } },
    wrong: /execution_environment' \(TYPE_ENUM\), "GEN2"/,
    from: RUN,
  },
  {
    what: "a duration without its unit",
    ask: SERVICE,
    body: { template: { ...HELLO, timeout: "300" } },
    wrong: /timeout' \(type\.googleapis\.com\/google\.protobuf\.Duration\), "300"/,
    from: RUN,
  },
  {
    what: "a duration in minutes",
    ask: SERVICE,
    body: { template: { ...HELLO, timeout: "5m" } },
    wrong: /Duration\), "5m"/,
    from: RUN,
  },
  {
    what: "a list for one",
    ask: SERVICE,
    body: { template: [HELLO] },
    wrong: /Unknown name "template" at 'service': Proto field is not repeating, cannot start list\./,
    from: RUN,
  },
  {
    what: "a text for an object",
    ask: SERVICE,
    body: { template: "hello" },
    wrong: /Invalid value at 'service\.template' \(TYPE_MESSAGE\), "hello"/,
    from: RUN,
  },
  {
    what: "one for a list",
    ask: SERVICE,
    body: { template: { containers: { image: "hello" } } },
    wrong: /template\.containers'/,
    from: RUN,
  },
  {
    what: "a word for yes",
    ask: SERVICE,
    body: container({ resources: { cpuIdle: "yes" } }),
    wrong: /cpu_idle' \(TYPE_BOOL\), "yes"/,
    from: RUN,
  },
  {
    what: "no template",
    ask: SERVICE,
    body: { description: "nothing to run" },
    wrong: /Required field 'service\.template' is not set/,
    from: RUN,
  },
  {
    what: "a container without an image",
    ask: SERVICE,
    body: { template: { containers: [{}] } },
    wrong: /Required field 'service\.template\.containers\[0\]\.image' is not set/,
    from: RUN,
  },
  {
    what: "a secret without its name",
    ask: SERVICE,
    body: container({ env: [{ name: "K", valueSource: { secretKeyRef: { version: "1" } } }] }),
    wrong: /secret_key_ref\.secret' is not set/,
    from: RUN,
  },
  {
    what: "an unknown query parameter",
    ask: `run POST v2/${LOCATION}/services?name=hello`,
    body: { template: HELLO },
    wrong: /Unknown name "name": Cannot bind query parameter\. Field 'name' could not be found in request message\./,
    from: RUN,
  },
  {
    what: "a word for a page's size",
    ask: `run GET v2/${LOCATION}/services?pageSize=all`,
    wrong: /Invalid value at 'page_size' \(TYPE_INT32\), "all"/,
    from: RUN,
  },
  {
    what: "a mask of no such field",
    ask: `run PATCH v2/${LOCATION}/services/hello?updateMask=template.replicas`,
    body: { template: HELLO },
    wrong: /Invalid field path 'template\.replicas'/,
    from: RUN,
  },
  {
    what: "a mask that is none",
    ask: `run PATCH v2/${LOCATION}/services/hello?updateMask=a%20b`,
    body: { template: HELLO },
    wrong: /FieldMask\), "a b"/,
    from: RUN,
  },
  {
    what: "a body where none belongs",
    ask: `run DELETE v2/${LOCATION}/services/hello`,
    body: { force: true },
    wrong: /Unknown name "force"/,
    from: RUN,
  },
  { what: "a list as the body", ask: SERVICE, body: [HELLO], wrong: /Root element must be a message/, from: RUN },
  {
    what: "a secret without an id",
    ask: SECRET.replace("?secretId=key", ""),
    body: { replication: { automatic: {} } },
    wrong: /Required field 'secret_id' is not set/,
    from: SECRETS,
  },
  {
    what: "the older way to say automatic",
    ask: SECRET,
    body: { replication: { automatic: true } },
    wrong: /secret\.replication\.automatic'/,
    from: SECRETS,
  },
  {
    what: "no replicas",
    ask: SECRET,
    body: { replication: { userManaged: {} } },
    wrong: /user_managed\.replicas' is not set/,
    from: SECRETS,
  },
  {
    what: "a time without a zone",
    ask: SECRET,
    body: { replication: { automatic: {} }, expireTime: "2027-01-01 00:00:00" },
    wrong: /expire_time' \(type\.googleapis\.com\/google\.protobuf\.Timestamp\)/,
    from: SECRETS,
  },
  {
    what: "a day that is not",
    ask: SECRET,
    body: { replication: { automatic: {} }, expireTime: "2027-02-30T00:00:00Z" },
    wrong: /Timestamp\), "2027-02-30T00:00:00Z"/,
    from: SECRETS,
  },
  {
    what: "a value that is not base64",
    ask: "secretmanager POST v1/projects/p/secrets/key:addVersion",
    body: { payload: { data: "se cret!" } },
    wrong: /Invalid value at 'payload\.data' \(TYPE_BYTES\)/,
    from: SECRETS,
  },
  {
    what: "no payload",
    ask: "secretmanager POST v1/projects/p/secrets/key:addVersion",
    body: {},
    wrong: /Required field 'payload' is not set/,
    from: SECRETS,
  },
  {
    what: "no such database",
    ask: INSTANCE,
    body: { name: "db", databaseVersion: "POSTGRES_99", settings: TIER },
    wrong: /database_version' \(TYPE_ENUM\), "POSTGRES_99"/,
    from: SQL,
  },
  {
    what: "a flag as a map",
    ask: INSTANCE,
    body: { name: "db", settings: { ...TIER, databaseFlags: { max_connections: "100" } } },
    wrong: /database_flags'/,
    from: SQL,
  },
  {
    what: "a flag's value as a number",
    ask: INSTANCE,
    body: { name: "db", settings: { ...TIER, databaseFlags: [{ name: "max_connections", value: 100 }] } },
    wrong: /database_flags\[0\]\.value' \(TYPE_STRING\), 100/,
    from: SQL,
  },
  {
    what: "a size with its unit",
    ask: INSTANCE,
    body: { name: "db", settings: { ...TIER, dataDiskSizeGb: "10GB" } },
    wrong: /data_disk_size_gb' \(TYPE_INT64\), "10GB"/,
    from: SQL,
  },
  {
    what: "a setting a level too high",
    ask: INSTANCE,
    body: { name: "db", ...TIER },
    wrong: /Unknown name "tier"/,
    from: SQL,
  },
  {
    what: "no such format",
    ask: `artifactregistry POST v1/${LOCATION}/repositories?repositoryId=apps`,
    body: { format: "docker" },
    wrong: /repository\.format' \(TYPE_ENUM\), "docker"/,
    from: REGISTRY,
  },
  {
    what: "policies as a list",
    ask: `artifactregistry POST v1/${LOCATION}/repositories?repositoryId=apps`,
    body: { format: "DOCKER", cleanupPolicies: [{ id: "a" }] },
    wrong: /cleanup_policies|"cleanup_?[pP]olicies"/,
    from: REGISTRY,
  },
  {
    what: "no account id",
    ask: "iam POST v1/projects/p/serviceAccounts",
    body: { serviceAccount: { displayName: "Web" } },
    wrong: /Required field 'account_id' is not set/,
    from: IAM,
  },
  {
    what: "a member outside the list",
    ask: "cloudresourcemanager POST v1/projects/p:setIamPolicy",
    body: { policy: { bindings: [{ role: "roles/viewer", member: "user:a@example.com" }] } },
    wrong: /Unknown name "member" at 'policy\.bindings\[0\]'/,
    from: PROJECTS,
  },
  {
    what: "a policy without its name",
    count: 2,
    ask: "cloudresourcemanager POST v3/projects/p:setIamPolicy",
    body: { bindings: [] },
    wrong: /Unknown name "bindings": Cannot find field/,
    from: PROJECTS,
  },
  {
    what: "APIs as one text",
    ask: "serviceusage POST v1/projects/p/services:batchEnable",
    body: { serviceIds: "run.googleapis.com" },
    wrong: /Invalid value at 'service_ids'/,
    from: USAGE,
  },
  {
    what: "no such way to combine",
    ask: POLICY,
    body: { displayName: "CPU", combiner: "ANY", conditions: [CONDITION] },
    wrong: /alert_policy\.combiner' \(TYPE_ENUM\), "ANY"/,
    from: MONITORING,
  },
  {
    what: "a threshold as a text",
    ask: POLICY,
    body: {
      displayName: "CPU",
      combiner: "OR",
      conditions: [{ conditionThreshold: { ...THRESHOLD, thresholdValue: "90%" } }],
    },
    wrong: /threshold_value' \(TYPE_DOUBLE\), "90%"/,
    from: MONITORING,
  },
  {
    what: "a condition without a filter",
    ask: POLICY,
    body: {
      displayName: "CPU",
      combiner: "OR",
      conditions: [{ conditionThreshold: { ...THRESHOLD, filter: undefined } }],
    },
    wrong: /condition_threshold\.filter' is not set/,
    from: MONITORING,
  },
  {
    what: "two things at once",
    count: 2,
    ask: SERVICE,
    body: { template: { ...HELLO, timeout: "x" }, ingress: "y" },
    wrong: /ingress[^]*timeout|timeout[^]*ingress/,
    from: RUN,
  },
];
