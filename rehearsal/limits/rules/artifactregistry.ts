import type { FieldViolation } from "../../errors";
import { secondsOf } from "../../realise/quantities";
import type { Rules } from "../rules";
import { violation, type Visited } from "../walk";

type Repository = {
  format?: string;
  mode?: string;
  dockerConfig?: object;
  mavenConfig?: object;
  remoteRepositoryConfig?: object;
  virtualRepositoryConfig?: object;
  cleanupPolicies?: Record<string, object>;
};

/** Settings of one format or mode, and the one that they belong to. */
const BELONGS = [
  { key: "dockerConfig", field: "docker_config", to: "format", value: "DOCKER" },
  { key: "mavenConfig", field: "maven_config", to: "format", value: "MAVEN" },
  { key: "remoteRepositoryConfig", field: "remote_repository_config", to: "mode", value: "REMOTE_REPOSITORY" },
  { key: "virtualRepositoryConfig", field: "virtual_repository_config", to: "mode", value: "VIRTUAL_REPOSITORY" },
] as const;

const repository = (of: Visited<Repository>): FieldViolation[] => {
  const { message } = of;
  const ids = Object.keys(message.cleanupPolicies ?? {});
  return [
    ...BELONGS.filter(({ key, to, value }) => message[key] && message[to] !== undefined && message[to] !== value).map(
      ({ field, to, value }) => violation(of, field, `${field} is only for repositories whose ${to} is ${value}`),
    ),
    ...BELONGS.filter(({ to, key, value }) => to === "mode" && message.mode === value && !message[key]).map(
      ({ field, value }) => violation(of, field, `${field} must be set for a repository in mode ${value}`),
    ),
    ...ids
      .filter((id) => id.length >= 128)
      .map((id) =>
        violation(of, "cleanup_policies", `cleanup policy id "${id}" must be under 128 characters in length`),
      ),
    // https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy: "up to 10".
    ...(ids.length > 10
      ? [violation(of, "cleanup_policies", `a repository can have at most 10 cleanup policies, not ${ids.length}`)]
      : []),
  ];
};

type Policy = { action?: string; condition?: object; mostRecentVersions?: object };

const policy = (of: Visited<Policy>): FieldViolation[] => {
  const { action, condition, mostRecentVersions } = of.message;
  return [
    ...(action === undefined || action === "ACTION_UNSPECIFIED"
      ? [violation(of, "action", "cleanup policy action must be specified")]
      : []),
    ...(condition || mostRecentVersions
      ? []
      : [violation(of, "condition_type", "cleanup policy must have a condition or most_recent_versions")]),
  ];
};

const condition = (of: Visited<{ olderThan?: string; newerThan?: string }>): FieldViolation[] =>
  (["olderThan", "newerThan"] as const)
    .filter((key) => of.message[key] !== undefined && secondsOf(of.message[key] ?? "") <= 0)
    .map((key) => violation(of, key, `the duration ${of.message[key]} must be positive`));

const recent = (of: Visited<{ keepCount?: number }>): FieldViolation[] =>
  (of.message.keepCount ?? 0) < 1 ? [violation(of, "keep_count", "keep_count must be at least 1")] : [];

/** What Artifact Registry refuses and no document marks: https://cloud.google.com/artifact-registry/docs (2026-11-29). */
export const artifactregistry: Rules = {
  Repository: repository,
  CleanupPolicy: policy,
  CleanupPolicyCondition: condition,
  CleanupPolicyMostRecentVersions: recent,
};
