import {
  RUN,
  SECRETS,
  SQL,
  REGISTRY,
  IAM,
  PROJECTS,
  USAGE,
  MONITORING,
  LOCATION,
  HELLO,
  SERVICE,
  SECRET,
  INSTANCE,
  TIER,
  POLICY,
  CONDITION,
  container,
  type Example,
} from "./example";

/** What Google takes. */
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
