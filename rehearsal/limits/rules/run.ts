import { bytesOf, cpusOf, secondsOf } from "../../realise/quantities";
import type { FieldViolation } from "../../errors";
import type { Rules, Visited } from "../rules";
import { runParts } from "./run-parts";
import { violation } from "./run-violation";

type Limits = { cpu?: string; memory?: string };
type Container = {
  image?: string;
  resources?: { limits?: Limits; cpuIdle?: boolean };
  ports?: object[];
  volumeMounts?: { name?: string; mountPath?: string }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
};
type Probe = { periodSeconds?: number; initialDelaySeconds?: number };
type Volume = { name?: string; cloudSqlInstance?: object };
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
const LONGEST_IMAGE = 1024;
const IMAGE = /^[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*(?:[:/][\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

const container = (of: Visited<Container>): FieldViolation[] => {
  const { image, ports = [], volumeMounts = [] } = of.message;
  const { startupProbe, livenessProbe } = of.message;
  const paths = volumeMounts.map(({ mountPath = "" }) => mountPath.replace(/\/+$/, ""));
  return [
    ...(image && !(image.length <= LONGEST_IMAGE && IMAGE.test(image))
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

/** The rules of Cloud Run. */
export const run: Rules = {
  ...runParts,
  Container: container,
  ExecutionTemplate: executionTemplate,
  Overrides: (of: Visited<Template>) => timeoutProblems(of, 168 * HOUR),
  RevisionTemplate: revisionTemplate,
  TaskTemplate: taskTemplate,
  WorkerPoolRevisionTemplate: (of: Visited<Template>) => template(of),
};
