import { bytesOf, cpusOf, secondsOf } from "../../realise/quantities";
import type { FieldViolation } from "../../errors";
import type { Rules, Visited } from "../rules";

/**
 * What Cloud Run refuses and no document marks: https://cloud.google.com/run/docs/configuring (2026-11-29). The form of the
 * words is that of github.com/goblet/goblet/issues/287.
 */
const violation = (of: Visited, key: string, what: string): FieldViolation => {
  const field = of.at(key);
  return { field, description: `Violation in ${of.request}.${field}: ${what}.` };
};

type Limits = { cpu?: string; memory?: string };
type Container = {
  image?: string;
  resources?: { limits?: Limits; cpuIdle?: boolean };
  ports?: object[];
  env?: { name?: string }[];
  volumeMounts?: { name?: string; mountPath?: string }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
};
type Probe = { periodSeconds?: number; initialDelaySeconds?: number };
type Volume = {
  name?: string;
  cloudSqlInstance?: object;
  emptyDir?: object;
  secret?: object;
  nfs?: object;
  gcs?: object;
};
type Template = {
  containers?: Container[];
  volumes?: Volume[];
  timeout?: string;
  maxInstanceRequestConcurrency?: number;
  maxRetries?: number;
  executionEnvironment?: string;
  revision?: string;
};

const GI = 2 ** 30;
const MI = 2 ** 20;

/**
 * The memory that goes with a number of CPUs, in bytes: https://cloud.google.com/run/docs/configuring/services/memory-limits
 * and .../cpu. The words are those of github.com/google/osv.dev/pull/2800.
 */
const MEMORY: readonly { cpus: number; least: number; most: number }[] = [
  { cpus: 0.5, least: 128 * MI, most: 512 * MI },
  { cpus: 1, least: 128 * MI, most: GI },
  { cpus: 2, least: 128 * MI, most: 4 * GI },
  { cpus: 4, least: 128 * MI, most: 8 * GI },
  { cpus: 6, least: 2 * GI, most: 16 * GI },
  { cpus: 8, least: 4 * GI, most: 24 * GI },
  { cpus: Infinity, least: 4 * GI, most: 32 * GI },
];

const memoryFor = (cpus: number) => MEMORY.find((row) => cpus < row.cpus)!;

const shownBytes = (bytes: number): string => (bytes >= GI ? `${bytes / GI}Gi` : `${bytes / MI}Mi`);

/** The least memory of the second generation, in which jobs and worker pools run. */
const SECOND_GENERATION = 512 * MI;

const sizeProblems = (
  of: Visited,
  key: string,
  { cpu = "1", memory = "512Mi" }: Limits,
  floor: number,
): FieldViolation[] => {
  const [cpus, bytes] = [cpusOf(cpu), bytesOf(memory)];
  if (cpus === undefined || bytes === undefined) return [];
  if (![1, 2, 4, 6, 8].includes(cpus) && !(cpus >= 0.08 && cpus < 1)) {
    const what = `Invalid value specified for cpu. The supported values are 1, 2, 4, 6, 8 and those from 0.08 to below 1, not ${cpu}`;
    return [violation(of, `${key}.resources.limits.cpu`, what)];
  }
  const { most, ...row } = memoryFor(cpus);
  const least = Math.max(row.least, floor);
  if (bytes >= least && bytes <= most) return [];
  const what = `Invalid value specified for container memory. For ${cpus.toFixed(1)} CPU, memory must be between ${shownBytes(least)} and ${shownBytes(most)} inclusive`;
  return [violation(of, `${key}.resources.limits.memory`, what)];
};

/** As Cloud Run says which images it takes, of the grammar alone: the rehearsal's registry is on this machine. */
const IMAGE = /^[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*(?:[:/][\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

const container = (of: Visited<Container>): FieldViolation[] => {
  const { image, ports = [], volumeMounts = [], env = [] } = of.message;
  const names = env.map(({ name = "" }) => name);
  const { startupProbe, livenessProbe } = of.message;
  const paths = volumeMounts.map(({ mountPath = "" }) => mountPath.replace(/\/+$/, ""));
  return [
    ...(image && !IMAGE.test(image)
      ? [
          violation(
            of,
            "image",
            `Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}`,
          ),
        ]
      : []),
    ...(ports.length > 1 ? [violation(of, "ports", "should contain at most one port")] : []),
    ...probeProblems(of, "startup_probe", { probe: startupProbe, most: 240 }),
    ...probeProblems(of, "liveness_probe", { probe: livenessProbe, most: 3600 }),
    ...repeated(names).map((name) => violation(of, "env", `the environment variable ${name} is set more than once`)),
    ...repeated(paths).map((path) => violation(of, "volume_mounts", `the mount path ${path} is used more than once`)),
  ];
};

/** The document's descriptions of both fields: 240 s of a startup probe, 3600 s of a liveness probe. */
const probeProblems = (of: Visited, key: string, { probe, most }: { probe: Probe | undefined; most: number }) => {
  const { periodSeconds: period = 1, initialDelaySeconds: delay = 0 } = probe ?? {};
  return [
    ...(period > most ? [violation(of, `${key}.period_seconds`, `must be between 1 and ${most} inclusive`)] : []),
    ...(delay > most ? [violation(of, `${key}.initial_delay_seconds`, `must be between 0 and ${most} inclusive`)] : []),
  ];
};

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => name !== "" && names.indexOf(name) !== index)),
];

/** https://cloud.google.com/run/docs/configuring/services/environment-variables */
const envVar = (of: Visited<{ name?: string }>): FieldViolation[] => {
  const { name = "" } = of.message;
  if (name.includes("=")) return [violation(of, "name", `environment variable names can't contain '=': ${name}`)];
  if (name.startsWith("X_GOOGLE_"))
    return [violation(of, "name", `environment variable names can't start with X_GOOGLE_: ${name}`)];
  return [];
};

const template = (of: Visited<Template>, floor = SECOND_GENERATION): FieldViolation[] => {
  const { volumes = [], containers = [] } = of.message;
  const named = (name: string | undefined) => volumes.find((volume) => volume.name === name);
  const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  return [
    ...containers.flatMap(({ resources }, index) =>
      sizeProblems(of, `containers[${index}]`, resources?.limits ?? {}, floor),
    ),
    ...repeated(volumes.map(({ name = "" }) => name)).map((name) =>
      violation(of, "volumes", `the volume name ${name} is used more than once`),
    ),
    ...mounts
      .filter(({ name, mountPath }) => mountPath && mountPath !== "/cloudsql" && named(name)?.cloudSqlInstance)
      .map(({ mountPath }) =>
        violation(of, "containers", `a Cloud SQL volume can only be mounted at /cloudsql, not at ${mountPath}`),
      ),
  ];
};

const HOUR = 3600;

const timeoutProblems = (of: Visited<Template>, most: number): FieldViolation[] => {
  const { timeout } = of.message;
  if (timeout === undefined) return [];
  const seconds = secondsOf(timeout);
  const what = `must be between 1 and ${most} seconds, not ${timeout}`;
  return seconds < 1 || seconds > most ? [violation(of, "timeout", what)] : [];
};

/** https://cloud.google.com/run/docs/configuring/request-timeout and .../concurrency */
const revisionTemplate = (of: Visited<Template>): FieldViolation[] => {
  const { maxInstanceRequestConcurrency: concurrency = 0, containers = [], revision } = of.message;
  const cpus = containers.map(({ resources }) => cpusOf(resources?.limits?.cpu ?? "1") ?? 1);
  const isSmall = cpus.length > 0 && cpus.reduce((sum, one) => sum + one, 0) < 1;
  const isSecond = of.message.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2";
  const isAlwaysOn = containers.some(({ resources }) => resources?.limits && resources.cpuIdle !== true);
  return [
    ...template(of, isSecond ? SECOND_GENERATION : 0),
    ...timeoutProblems(of, HOUR),
    ...(concurrency < 0 || concurrency > 1000
      ? [violation(of, "max_instance_request_concurrency", `must be between 0 and 1000 inclusive, not ${concurrency}`)]
      : []),
    ...(isSmall && concurrency > 1
      ? [violation(of, "containers[0].resources.limits.cpu", "Total cpu < 1 is not supported with concurrency > 1")]
      : []),
    ...(isSmall && isAlwaysOn
      ? [
          violation(
            of,
            "containers[0].resources.limits.cpu",
            "Total cpu < 1 is not supported with cpu always allocated",
          ),
        ]
      : []),
    ...(isSmall && isSecond
      ? [violation(of, "execution_environment", "Total cpu < 1 is not supported with the gen2 execution environment")]
      : []),
    ...(revision !== undefined && !/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(revision)
      ? [
          violation(
            of,
            "revision",
            `'${revision}' is not a valid name: only lowercase, digits, and hyphens; must begin with letter, and may not end with hyphen; must be less than 64 characters`,
          ),
        ]
      : []),
  ];
};

/** https://cloud.google.com/run/docs/configuring/task-timeout and .../max-retries */
const taskTemplate = (of: Visited<Template>): FieldViolation[] => {
  const { maxRetries = 0 } = of.message;
  return [
    ...template(of),
    ...timeoutProblems(of, 168 * HOUR),
    ...(maxRetries < 0 || maxRetries > 10
      ? [violation(of, "max_retries", `must be between 0 and 10 inclusive, not ${maxRetries}`)]
      : []),
  ];
};

/** https://cloud.google.com/run/docs/configuring/parallelism: "must be less than or equal to the number of tasks". */
const executionTemplate = (of: Visited<{ taskCount?: number; parallelism?: number }>): FieldViolation[] => {
  const { taskCount = 1, parallelism = 0 } = of.message;
  return [
    ...(taskCount > 10_000
      ? [violation(of, "task_count", `must be less than or equal to 10000, not ${taskCount}`)]
      : []),
    ...(parallelism < 0 ? [violation(of, "parallelism", "must be greater than or equal to 0")] : []),
    ...(parallelism > (taskCount || 1)
      ? [violation(of, "parallelism", "must be less than or equal to task_count")]
      : []),
  ];
};

const SOURCES = ["cloudSqlInstance", "emptyDir", "secret", "nfs", "gcs", "filestore"];

const volume = (of: Visited<Volume>): FieldViolation[] =>
  SOURCES.some((key) => key in of.message)
    ? []
    : [violation(of, "volume_type", "a volume must have exactly one source")];

const instances = (of: Visited<{ instances?: string[] }>): FieldViolation[] =>
  (of.message.instances ?? [])
    .filter((name) => !/^(?:[a-z][-a-z0-9.]*:)?[a-z][-a-z0-9]*:[a-z]+-[a-z]+\d+:[a-z][-a-z0-9]*$/.test(name))
    .map((name) => violation(of, "instances", `'${name}' is not of the format {project}:{location}:{instance}`));

const emptyDir = (of: Visited<{ sizeLimit?: string }>): FieldViolation[] => {
  const { sizeLimit } = of.message;
  return sizeLimit !== undefined && bytesOf(sizeLimit) === undefined
    ? [violation(of, "size_limit", `Invalid value: "${sizeLimit}"`)]
    : [];
};

/** Names that a mount would hide from the container: https://cloud.google.com/run/docs/configuring/services/secrets */
const HIDDEN = /^\/(?:dev|proc|sys)(?:\/|$)/;

const mount = (of: Visited<{ mountPath?: string }>): FieldViolation[] => {
  const { mountPath = "" } = of.message;
  if (mountPath === "") return [];
  if (!mountPath.startsWith("/")) return [violation(of, "mount_path", `must be an absolute path, not '${mountPath}'`)];
  if (mountPath.includes(":")) return [violation(of, "mount_path", `must not contain ':': '${mountPath}'`)];
  return HIDDEN.test(mountPath) ? [violation(of, "mount_path", `'${mountPath}' is reserved`)] : [];
};

type Scaling = { minInstanceCount?: number; maxInstanceCount?: number };

const scaling = (of: Visited<Scaling>): FieldViolation[] => {
  const { minInstanceCount: least = 0, maxInstanceCount: most = 0 } = of.message;
  return [
    ...(least < 0 ? [violation(of, "min_instance_count", "must be greater or equal than 0")] : []),
    ...(most < 0 ? [violation(of, "max_instance_count", "must be greater or equal than 0")] : []),
    ...(most > 0 && least > most
      ? [violation(of, "max_instance_count", "must be greater or equal than min_instance_count")]
      : []),
  ];
};

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

const traffic = (
  of: Visited<{ type?: string; revision?: string; percent?: number; tag?: string }>,
): FieldViolation[] => {
  const { type, revision, percent = 0, tag } = of.message;
  return [
    ...(percent < 0 || percent > 100
      ? [violation(of, "percent", `must be between 0 and 100 inclusive, not ${percent}`)]
      : []),
    ...(type === REVISION && !revision ? [violation(of, "revision", "must be set for a target of a revision")] : []),
    ...(type === LATEST && revision
      ? [violation(of, "revision", "must not be set for a target of the latest revision")]
      : []),
    ...(tag !== undefined && !/^[a-z](?:[-a-z0-9]{0,44}[a-z0-9])?$/.test(tag)
      ? [
          violation(
            of,
            "tag",
            `'${tag}' is not a valid tag: only lowercase, digits, and hyphens; must begin with letter; must be less than 47 characters`,
          ),
        ]
      : []),
  ];
};

const vpcAccess = (of: Visited<{ connector?: string; networkInterfaces?: object[] }>): FieldViolation[] => {
  const { connector, networkInterfaces = [] } = of.message;
  return [
    ...(connector && networkInterfaces.length > 0
      ? [violation(of, "connector", "connector and network_interfaces are mutually exclusive")]
      : []),
    ...(networkInterfaces.length > 1
      ? [violation(of, "network_interfaces", "only a single network interface is supported")]
      : []),
  ];
};

const port = (of: Visited<{ name?: string }>): FieldViolation[] => {
  const { name } = of.message;
  return name && !["http1", "h2c"].includes(name)
    ? [violation(of, "name", `allowed values are "http1" and "h2c", not "${name}"`)]
    : [];
};

export const run: Rules = {
  Container: container,
  ContainerPort: port,
  EnvVar: envVar,
  RevisionTemplate: revisionTemplate,
  WorkerPoolRevisionTemplate: (of: Visited<Template>) => template(of),
  TaskTemplate: taskTemplate,
  ExecutionTemplate: executionTemplate,
  Volume: volume,
  CloudSqlInstance: instances,
  EmptyDirVolumeSource: emptyDir,
  VolumeMount: mount,
  RevisionScaling: scaling,
  ServiceScaling: scaling,
  TrafficTarget: traffic,
  VpcAccess: vpcAccess,
};
