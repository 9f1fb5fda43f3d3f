import { expect } from "chai";
import { loadApis } from "../../rehearsal/apis";
import { unrehearsedIn } from "../../rehearsal/discovery/rehearsed";
import { Schemas } from "../../rehearsal/discovery/schemas";
import type { FieldViolation } from "../../rehearsal/errors";
import { limitProblems } from "../../rehearsal/limits/check";
import { PROJECT, TestCloud } from "./cloud";

const apis = loadApis();
const PREFIX = /^Google\w+?V\d+/;

/** What a request's body asks for that would be ignored. */
const unrehearsed = (id: string, body: object): string[] => {
  const api = apis.find(({ handlers }) => id in handlers)!;
  const [document] = api.documents;
  const method = document!.methods.find((one) => one.id === id)!;
  return unrehearsedIn({ schemas: new Schemas(document!), method, rehearsed: api.rehearsed!, body });
};

/** What of a request's body Google would not take. */
const limitsOf = (id: string, body: object): FieldViolation[] => {
  const [document] = apis.find(({ handlers }) => id in handlers)!.documents;
  const method = document!.methods.find((one) => one.id === id)!;
  return limitProblems({ schemas: new Schemas(document!), method, body: { ...body } });
};

const SERVICE = "run.projects.locations.services.create";
const JOB = "run.projects.locations.jobs.create";
const POOL = { name: "v", cloudSqlInstance: { instances: ["p:europe-west1:db"] } };
const template = (more: object = {}): object => ({ template: { containers: [{ image: "i" }], ...more } });
const container = (more: object): object => ({ template: { containers: [{ image: "i", ...more }] } });
const task = (more: object): object => ({ template: { template: { containers: [{ image: "i" }], ...more } } });

/** As the plugin sends them for prod with every setting (2026-11-28). */
const OURS: readonly (readonly [string, object])[] = [
  [
    "run.projects.locations.workerPools.create",
    {
      annotations: { a: "b" },
      description: "Works",
      labels: { a: "b" },
      scaling: { manualInstanceCount: 2 },
      template: {
        labels: { a: "b" },
        serviceAccount: "worker@p.iam.gserviceaccount.com",
        vpcAccess: {
          egress: "PRIVATE_RANGES_ONLY",
          networkInterfaces: [{ network: "default", subnetwork: "default" }],
        },
        containers: [{ image: "i", livenessProbe: { httpGet: { path: "/", port: 9000 } } }],
      },
    },
  ],
  [
    "redis.projects.locations.instances.create",
    {
      authEnabled: true,
      authorizedNetwork: "projects/p/global/networks/default",
      connectMode: "DIRECT_PEERING",
      displayName: "Redis",
      labels: { a: "b" },
      maintenancePolicy: { weeklyMaintenanceWindow: [{ day: "SUNDAY", startTime: { hours: 4 } }] },
      memorySizeGb: 1,
      persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
      redisVersion: "REDIS_7_0",
      tier: "BASIC",
      transitEncryptionMode: "SERVER_AUTHENTICATION",
    },
  ],
  [
    SERVICE,
    {
      description: "Who books",
      annotations: { a: "b" },
      ingress: "INGRESS_TRAFFIC_ALL",
      labels: { a: "b" },
      template: {
        timeout: "60s",
        maxInstanceRequestConcurrency: 8,
        labels: { a: "b" },
        scaling: { minInstanceCount: 1, maxInstanceCount: 10 },
        serviceAccount: "web@p.iam.gserviceaccount.com",
        volumes: [POOL],
        containers: [
          {
            image: "i",
            args: ["web"],
            env: [
              { name: "A", value: "b" },
              { name: "K", valueSource: { secretKeyRef: { secret: "k", version: "1" } } },
            ],
            livenessProbe: { timeoutSeconds: 5, periodSeconds: 30, httpGet: { path: "/healthz", port: 8080 } },
            startupProbe: { timeoutSeconds: 5, failureThreshold: 13, httpGet: { path: "/healthz", port: 8080 } },
            ports: [{ name: "http1", containerPort: 8080 }],
            resources: { cpuIdle: true, startupCpuBoost: true, limits: { cpu: "1", memory: "512Mi" } },
            volumeMounts: [{ name: "v", mountPath: "/cloudsql" }],
          },
        ],
      },
      traffic: [
        { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 10 },
        { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "web-00001-abc", percent: 90 },
      ],
    },
  ],
  [
    JOB,
    {
      labels: { a: "b" },
      template: {
        taskCount: 1,
        labels: { a: "b" },
        template: {
          timeout: "300s",
          maxRetries: 0,
          volumes: [POOL],
          containers: [{ image: "i", command: ["python"] }],
        },
      },
    },
  ],
  [
    "sql.instances.insert",
    {
      name: "main",
      region: "europe-west1",
      databaseVersion: "POSTGRES_15",
      settings: {
        activationPolicy: "ALWAYS",
        availabilityType: "ZONAL",
        backupConfiguration: { enabled: true, startTime: "02:00", pointInTimeRecoveryEnabled: true },
        connectorEnforcement: "REQUIRED",
        dataDiskSizeGb: "10",
        dataDiskType: "PD_SSD",
        databaseFlags: [{ name: "max_connections", value: "100" }],
        deletionProtectionEnabled: true,
        edition: "ENTERPRISE",
        enableDataplexIntegration: false,
        enableGoogleMlIntegration: false,
        insightsConfig: { queryInsightsEnabled: true, recordApplicationTags: true },
        ipConfiguration: {
          ipv4Enabled: true,
          sslMode: "ENCRYPTED_ONLY",
          enablePrivatePathForGoogleCloudServices: false,
        },
        maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
        pricingPlan: "PER_USE",
        retainBackupsOnDelete: true,
        storageAutoResize: true,
        storageAutoResizeLimit: "0",
        tier: "db-g1-small",
        userLabels: { a: "b" },
      },
    },
  ],
  ["sql.instances.update", { settings: { tier: "db-g1-small", dataCacheConfig: { dataCacheEnabled: false } } }],
  ["secretmanager.projects.secrets.create", { labels: { a: "b" }, replication: { automatic: {} } }],
  [
    "artifactregistry.projects.locations.repositories.create",
    {
      cleanupPolicies: { old: { action: "DELETE", condition: { tagState: "ANY", olderThan: "2592000s" } } },
      description: "d",
      dockerConfig: { immutableTags: false },
      format: "DOCKER",
      labels: { a: "b" },
      mode: "STANDARD_REPOSITORY",
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    },
  ],
];

/** What a container would run otherwise with, or could not run without. */
const MISSING: readonly (readonly [string, object, string[]])[] = [
  [SERVICE, container({ startupProbe: { grpc: {} } }), ["template.containers[0].startupProbe.grpc"]],
  [SERVICE, container({ livenessProbe: { grpc: { port: 1 } } }), ["template.containers[0].livenessProbe.grpc"]],
  [SERVICE, container({ readinessProbe: {} }), ["template.containers[0].readinessProbe"]],
  [SERVICE, container({ dependsOn: ["other"] }), ["template.containers[0].dependsOn"]],
  [SERVICE, container({ ports: [{ name: "h2c" }] }), ["template.containers[0].ports[0].name h2c"]],
  [
    SERVICE,
    container({ resources: { limits: { cpu: "1", "nvidia.com/gpu": "1" } } }),
    ["template.containers[0].resources.limits nvidia.com/gpu"],
  ],
  [
    SERVICE,
    container({ volumeMounts: [{ name: "v", mountPath: "/v", subPath: "s" }] }),
    ["template.containers[0].volumeMounts[0].subPath"],
  ],
  [SERVICE, template({ volumes: [{ name: "v", nfs: { server: "s" } }] }), ["template.volumes[0].nfs"]],
  [SERVICE, template({ volumes: [{ name: "v", gcs: { bucket: "b" } }] }), ["template.volumes[0].gcs"]],
  [SERVICE, template({ sessionAffinity: true }), ["template.sessionAffinity"]],
  [SERVICE, template({ nodeSelector: { accelerator: "nvidia-l4" } }), ["template.nodeSelector"]],
  [SERVICE, template({ encryptionKey: "k" }), ["template.encryptionKey"]],
  [SERVICE, { ...template(), ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }, ["ingress INGRESS_TRAFFIC_INTERNAL_ONLY"]],
  [SERVICE, { ...template(), iapEnabled: true, defaultUriDisabled: true }, ["iapEnabled", "defaultUriDisabled"]],
  [SERVICE, { ...template(), scaling: { manualInstanceCount: 2 } }, ["scaling.manualInstanceCount"]],
  [JOB, task({ vpcAccess: { connector: "c" } }), ["template.template.vpcAccess.connector"]],
  [
    SERVICE,
    template({ vpcAccess: { egress: "ALL_TRAFFIC", networkInterfaces: [{ network: "n", tags: ["t"] }] } }),
    ["template.vpcAccess.egress ALL_TRAFFIC", "template.vpcAccess.networkInterfaces[0].tags"],
  ],
  [
    "run.projects.locations.workerPools.create",
    { ...template({ nodeSelector: { accelerator: "nvidia-l4" } }), instanceSplits: [{ percent: 100 }] },
    ["template.nodeSelector", "instanceSplits"],
  ],
  [
    "redis.projects.locations.instances.create",
    { tier: "STANDARD_HA", replicaCount: 2, redisConfigs: { "lfu-decay-time": "1" } },
    ["tier STANDARD_HA", "replicaCount", "redisConfigs lfu-decay-time"],
  ],
  [
    "cloudscheduler.projects.locations.jobs.create",
    { schedule: "* * * * *", pubsubTarget: { topicName: "projects/p/topics/t" } },
    ["pubsubTarget"],
  ],
  [
    "cloudscheduler.projects.locations.jobs.create",
    { schedule: "* * * * *", appEngineHttpTarget: { relativeUri: "/" } },
    ["appEngineHttpTarget"],
  ],
  ["run.projects.locations.jobs.run", { overrides: { delayExecution: true } }, ["overrides.delayExecution"]],
  [
    "sql.instances.insert",
    { settings: { tier: "t", activationPolicy: "NEVER", ipConfiguration: { privateNetwork: "n" } } },
    ["settings.activationPolicy NEVER", "settings.ipConfiguration.privateNetwork"],
  ],
  [
    "sql.instances.insert",
    { masterInstanceName: "m", settings: { timeZone: "z" } },
    ["masterInstanceName", "settings.timeZone"],
  ],
  ["sql.users.insert", { name: "u", type: "CLOUD_IAM_USER" }, ["type CLOUD_IAM_USER"]],
  [
    "artifactregistry.projects.locations.repositories.create",
    { format: "DOCKER", mode: "REMOTE_REPOSITORY", remoteRepositoryConfig: { dockerRepository: {} } },
    ["mode REMOTE_REPOSITORY", "remoteRepositoryConfig"],
  ],
  [
    "artifactregistry.projects.locations.repositories.create",
    { format: "DOCKER", dockerConfig: { immutableTags: true }, kmsKeyName: "k" },
    ["kmsKeyName"],
  ],
  [
    "secretmanager.projects.secrets.create",
    { replication: { automatic: { customerManagedEncryption: {} } }, versionDestroyTtl: "86400s" },
    ["replication.automatic.customerManagedEncryption", "versionDestroyTtl"],
  ],
];

describe("what is rehearsed of a request", () => {
  for (const [id, body] of OURS)
    it(`is all that prod asks of ${id}, within Google's limits`, () => {
      expect(unrehearsed(id, body)).to.deep.equal([]);
      expect(limitsOf(id, body)).to.deep.equal([]);
    });

  for (const [id, body, paths] of MISSING)
    it(`is not ${paths.join(" or ")}`, () => expect(unrehearsed(id, body)).to.deep.equal(paths));

  for (const { name, documents, rehearsed } of apis)
    if (rehearsed)
      it(`has Google's names: ${name}`, () => {
        const { schemas } = documents[0]!;
        const named = Object.entries(schemas).map(([id, schema]) => [id.replace(PREFIX, ""), schema] as const);
        const fieldsOf = (message: string): string[] =>
          named.filter(([id]) => id === message).flatMap(([, { properties = {} }]) => Object.keys(properties));
        for (const [message, fields] of Object.entries(rehearsed.fields))
          for (const field of fields)
            // A template has fewer of the fields that most messages have.
            if (!["etag", "name", "launchStage"].includes(field)) expect(fieldsOf(message), message).to.include(field);
        for (const path of Object.keys(rehearsed.values ?? {})) {
          const [message = "", field = ""] = path.split(".");
          expect(rehearsed.fields[message], path).to.include(field);
        }
      });
});

describe("a field that would be ignored", () => {
  const cloud = new TestCloud(32140);
  const repositories = `artifactregistry/v1/projects/${PROJECT}/locations/europe-west1/repositories`;
  before(async () => {
    await cloud.open();
    cloud.enable("artifactregistry");
  });
  after(() => {
    // Nothing was made with an engine.
    cloud.rehearsal.cloud.store.put("serviceusage.enabled", "artifactregistry.googleapis.com", { enabled: false });
    return cloud.remove();
  });

  it("is refused before anything is made, and is in the report", async () => {
    const remote = { format: "DOCKER", mode: "REMOTE_REPOSITORY", remoteRepositoryConfig: { dockerRepository: {} } };
    const { status, body } = await cloud.ask(`POST ${repositories}?repositoryId=remote`, remote);
    const message = "rehearsal: remoteRepositoryConfig and mode REMOTE_REPOSITORY are not rehearsed yet";
    expect([status, body.error.status]).to.deep.equal([501, "UNIMPLEMENTED"]);
    expect(body.error.message.split(" ").sort()).to.deep.equal(message.split(" ").sort());
    expect(cloud.rehearsal.report.summary().unanswered).to.have.length(1);
    expect(await cloud.must(`GET ${repositories}`)).to.deep.equal({});
  });
});
