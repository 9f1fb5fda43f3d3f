import type { FieldViolation } from "../../errors";
import { bytesOf } from "../../realise/quantities";
import type { Rules, Visited } from "../rules";
import { violation } from "./run-violation";

/** https://cloud.google.com/run/docs/configuring/services/environment-variables */
const envVar = (of: Visited<{ name?: string }>): FieldViolation[] => {
  const { name = "" } = of.message;
  if (name.includes("=")) return [violation(of, "name", `environment variable names can't contain '=': ${name}`)];
  if (name.startsWith("X_GOOGLE_"))
    return [violation(of, "name", `environment variable names can't start with X_GOOGLE_: ${name}`)];
  return [];
};

const SOURCES = ["cloudSqlInstance", "emptyDir", "secret", "nfs", "gcs", "filestore"];

const volume = (of: Visited): FieldViolation[] =>
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

/** The rules of what a template or a service is made of. */
export const runParts: Rules = {
  CloudSqlInstance: instances,
  ContainerPort: port,
  EmptyDirVolumeSource: emptyDir,
  EnvVar: envVar,
  RevisionScaling: scaling,
  ServiceScaling: scaling,
  TrafficTarget: traffic,
  Volume: volume,
  VolumeMount: mount,
  VpcAccess: vpcAccess,
};
