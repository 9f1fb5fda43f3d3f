import { RUN, LOCATION, HELLO, SERVICE, container, type Example } from "../example";

export const cloudRun: Example[] = [
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
];
