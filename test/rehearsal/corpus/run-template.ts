import { HELLO, REGION, type Pair } from "./pair";

const DOCS = "https://cloud.google.com/run/docs/configuring";
const REST = "https://cloud.google.com/run/docs/reference/rest/v2";
const ASK = `POST run/v2/${REGION}/services?serviceId=hello`;

const container = (more: object) => ({ template: { containers: [{ image: HELLO, ...more }] } });
const template = (more: object) => ({ template: { containers: [{ image: HELLO }], ...more } });
const limits = (cpu: string, memory: string, more: object = {}) => ({
  template: { containers: [{ image: HELLO, resources: { limits: { cpu, memory }, cpuIdle: true } }], ...more },
});
const env = (name: string) => container({ env: [{ name, value: "one" }] });

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says">;
const from = (source: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from: source, ask: ASK }));

/** Services whose templates Cloud Run does not take. */
export const runTemplates: readonly Pair[] = [
  ...from(
    `${REST}/Container`,
    {
      what: "a port above all ports",
      wrong: container({ ports: [{ containerPort: 70_000 }] }),
      right: container({ ports: [{ containerPort: 65_535 }] }),
      says: /containers\[0\]\.ports\[0\]\.container_port': 70000 must be between 1 and 65535/,
    },
    {
      what: "a negative port",
      wrong: container({ ports: [{ containerPort: -1 }] }),
      right: container({ ports: [{ containerPort: 1 }] }),
      says: /container_port': -1 must be between 1 and 65535/,
    },
    {
      what: "two ports",
      wrong: container({ ports: [{ containerPort: 8080 }, { containerPort: 8081 }] }),
      right: container({ ports: [{ containerPort: 8080 }] }),
      says: /containers\[0\]\.ports: should contain at most one port/,
    },
    {
      what: "a protocol that is none",
      wrong: container({ ports: [{ name: "grpc", containerPort: 8080 }] }),
      right: container({ ports: [{ name: "http1", containerPort: 8080 }] }),
      says: /ports\[0\]\.name: allowed values are "http1" and "h2c", not "grpc"/,
    },
    {
      what: "a container's name that is no DNS label",
      wrong: container({ name: "Hello_World" }),
      right: container({ name: "hello-world" }),
      says: /containers\[0\]\.name': "Hello_World" does not match/,
    },
    {
      what: "a variable with a value and a source",
      wrong: container({ env: [{ name: "KEY", value: "a", valueSource: { secretKeyRef: { secret: "key" } } }] }),
      right: container({ env: [{ name: "KEY", valueSource: { secretKeyRef: { secret: "key" } } }] }),
      says: /env\[0\]' \(oneof\), oneof field 'values' is already set\. Cannot set 'valueSource'/,
    },
    {
      what: "a reference to a secret without its name",
      wrong: container({ env: [{ name: "KEY", valueSource: { secretKeyRef: { version: "latest" } } }] }),
      right: container({ env: [{ name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "latest" } } }] }),
      says: /secret_key_ref\.secret' is not set/,
    },
    {
      what: "a probe of two kinds",
      wrong: container({ startupProbe: { httpGet: { path: "/" }, tcpSocket: { port: 8080 } } }),
      right: container({ startupProbe: { tcpSocket: { port: 8080 } } }),
      says: /startup_probe' \(oneof\), oneof field 'probe_type' is already set\. Cannot set 'tcpSocket'/,
    },
    {
      what: "a probe's port above all ports",
      wrong: container({ startupProbe: { tcpSocket: { port: 65_536 } } }),
      right: container({ startupProbe: { tcpSocket: { port: 9000 } } }),
      says: /tcp_socket\.port': 65536 must be between 1 and 65535/,
    },
    {
      what: "an image that is no path",
      wrong: { template: { containers: [{ image: "https://us-docker.pkg.dev/cloudrun/container/Hello World" }] } },
      right: { template: { containers: [{ image: `${HELLO}:latest` }] } },
      says: /Expected an image path like \[host\/\]repo-path/,
    },
    {
      what: "no image",
      wrong: { template: { containers: [{ env: [] }] } },
      right: template({}),
      says: /containers\[0\]\.image' is not set/,
    },
  ),
  ...from(
    `${DOCS}/healthchecks`,
    {
      what: "a time-out longer than the period",
      wrong: container({ startupProbe: { timeoutSeconds: 20, periodSeconds: 10, httpGet: { path: "/ready" } } }),
      right: container({ startupProbe: { timeoutSeconds: 10, periodSeconds: 10, httpGet: { path: "/ready" } } }),
      says: /timeout_seconds: must be less than or equal to period_seconds/,
    },
    {
      what: "a probe's time-out of more than an hour",
      wrong: container({ livenessProbe: { timeoutSeconds: 3601, periodSeconds: 3601, httpGet: {} } }),
      right: container({ livenessProbe: { timeoutSeconds: 3600, periodSeconds: 3600, httpGet: {} } }),
      says: /timeout_seconds': 3601 must be between 1 and 3600/,
    },
    {
      what: "a startup probe's period of more than four minutes",
      wrong: container({ startupProbe: { periodSeconds: 241, tcpSocket: { port: 8080 } } }),
      right: container({ startupProbe: { periodSeconds: 240, tcpSocket: { port: 8080 } } }),
      says: /startup_probe\.period_seconds: must be between 1 and 240/,
    },
    {
      what: "a path that does not begin with a slash",
      wrong: container({ livenessProbe: { httpGet: { path: "healthz" } } }),
      right: container({ livenessProbe: { httpGet: { path: "/healthz" } } }),
      says: /the path must start with '\/'/,
    },
    {
      what: "a negative threshold",
      wrong: container({ livenessProbe: { failureThreshold: -3, httpGet: {} } }),
      right: container({ livenessProbe: { failureThreshold: 3, httpGet: {} } }),
      says: /failure_threshold': -3 is less than 1/,
    },
  ),
  ...from(
    `${DOCS}/services/environment-variables`,
    {
      what: "the variable PORT",
      wrong: env("PORT"),
      right: env("SERVICE_PORT"),
      says: /The following reserved env names were provided: PORT\. These values are automatically set by the system\./,
    },
    {
      what: "a variable that Cloud Run sets",
      wrong: env("K_REVISION"),
      right: env("REVISION"),
      says: /reserved env names were provided: K_REVISION/,
    },
    {
      what: "a variable with an equals sign in its name",
      wrong: env("A=B"),
      right: env("A_B"),
      says: /env\[0\]\.name: environment variable names can't contain '='/,
    },
    {
      what: "a variable with Google's prefix",
      wrong: env("X_GOOGLE_TARGET"),
      right: env("GOOGLE_TARGET"),
      says: /can't start with X_GOOGLE_/,
    },
    {
      what: "a variable without a name",
      wrong: container({ env: [{ value: "b" }] }),
      right: container({ env: [{ name: "a", value: "b" }] }),
      says: /env\[0\]\.name' is not set/,
    },
    {
      what: "a value of more than 32 KiB",
      wrong: container({ env: [{ name: "A", value: "v".repeat(32_769) }] }),
      right: container({ env: [{ name: "A", value: "v".repeat(32_768) }] }),
      says: /env\[0\]\.value': it must not exceed 32768 characters/,
    },
  ),
  ...from(
    `${DOCS}/services/memory-limits`,
    {
      what: "more memory than one CPU takes",
      wrong: limits("1", "8Gi"),
      right: limits("2", "8Gi"),
      says: /Invalid value specified for container memory\. For 1\.0 CPU, memory must be between 128Mi and 4Gi inclusive/,
    },
    {
      what: "less memory than four CPUs need",
      wrong: limits("4", "1Gi"),
      right: limits("4", "2Gi"),
      says: /For 4\.0 CPU, memory must be between 2Gi and 16Gi inclusive/,
    },
    {
      what: "less memory than the second generation needs",
      wrong: limits("1", "256Mi", { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" }),
      right: limits("1", "256Mi", { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1" }),
      says: /For 1\.0 CPU, memory must be between 512Mi and 4Gi inclusive/,
    },
    {
      what: "too little memory",
      wrong: limits("1", "64Mi"),
      right: limits("1", "128Mi"),
      says: /between 128Mi and 4Gi/,
    },
    { what: "too much memory", wrong: limits("8", "64Gi"), right: limits("8", "32Gi"), says: /between 4Gi and 32Gi/ },
    {
      what: "memory in a unit that is none",
      wrong: limits("1", "512MB"),
      right: limits("1", "512M"),
      says: /resources\.limits\.memory: Invalid value: "512MB"/,
    },
  ),
  ...from(
    `${DOCS}/services/cpu`,
    {
      what: "three CPUs",
      wrong: limits("3", "4Gi"),
      right: limits("4", "4Gi"),
      says: /Invalid value specified for cpu/,
    },
    {
      what: "a CPU too small",
      wrong: limits("0.05", "128Mi"),
      right: limits("0.08", "128Mi"),
      says: /specified for cpu/,
    },
    {
      what: "half a CPU with several requests at a time",
      wrong: limits("500m", "512Mi", { maxInstanceRequestConcurrency: 80 }),
      right: limits("500m", "512Mi", { maxInstanceRequestConcurrency: 1 }),
      says: /Total cpu < 1 is not supported with concurrency > 1/,
    },
    {
      what: "half a CPU that is always allocated",
      wrong: container({ resources: { limits: { cpu: "0.5", memory: "512Mi" } } }),
      right: container({ resources: { limits: { cpu: "0.5", memory: "512Mi" }, cpuIdle: true } }),
      says: /Total cpu < 1 is not supported with cpu always allocated/,
    },
    {
      what: "half a CPU in the second generation",
      wrong: limits("0.5", "512Mi", { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" }),
      right: limits("0.5", "512Mi", { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1" }),
      says: /Total cpu < 1 is not supported with the gen2 execution environment/,
    },
  ),
];
