import type { FieldViolation } from "../../errors";
import { isRegion } from "../names";
import type { Rules, Visited } from "../rules";
import { secondsOf } from "../../realise/quantities";

/** What Secret Manager refuses and no document marks: https://cloud.google.com/secret-manager/docs (2026-11-29). */
const violation = (of: Visited, key: string, what: string): FieldViolation => {
  const field = of.at(key);
  return { field, description: `Invalid value at '${field}': ${what}.` };
};

const isPast = (time: string): boolean => Date.parse(time) <= Date.now();

type Secret = {
  expireTime?: string;
  ttl?: string;
  rotation?: object;
  topics?: { name?: string }[];
  versionAliases?: Record<string, string>;
};

const secret = (of: Visited<Secret>): FieldViolation[] => {
  const { expireTime, ttl, rotation, topics = [], versionAliases = {} } = of.message;
  return [
    ...(expireTime !== undefined && isPast(expireTime)
      ? [violation(of, "expire_time", `the expiration ${expireTime} must be in the future`)]
      : []),
    ...(ttl !== undefined && secondsOf(ttl) <= 0
      ? [violation(of, "ttl", `the time to live must be positive, not ${ttl}`)]
      : []),
    // https://cloud.google.com/secret-manager/docs/secret-rotation: "Topics must be configured".
    ...(rotation && topics.length === 0 ? [violation(of, "topics", "topics must be set to configure rotation")] : []),
    ...topics
      .filter(({ name = "" }) => !/^projects\/[^/]+\/topics\/[A-Za-z][\w.~+%-]{2,254}$/.test(name))
      .map(({ name }) => violation(of, "topics", `'${name}' is not of the format projects/*/topics/*`)),
    ...Object.keys(versionAliases)
      .filter((alias) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(alias) || ["latest", "NEW"].includes(alias))
      .map((alias) =>
        violation(
          of,
          "version_aliases",
          `'${alias}' is not a valid alias: it must start with a letter, can contain letters, numerals, '-' and '_', and cannot be 'latest' or 'NEW'`,
        ),
      ),
  ];
};

const rotation = (of: Visited<{ nextRotationTime?: string; rotationPeriod?: string }>): FieldViolation[] => {
  const { nextRotationTime: next, rotationPeriod } = of.message;
  if (next !== undefined && Date.parse(next) < Date.now() + 300_000)
    return [violation(of, "next_rotation_time", "it cannot be set to less than 300s in the future")];
  return rotationPeriod !== undefined && next === undefined
    ? [violation(of, "next_rotation_time", "it must be set if rotation_period is set")]
    : [];
};

const userManaged = (of: Visited<{ replicas?: { location?: string }[] }>): FieldViolation[] => {
  const locations = (of.message.replicas ?? []).map(({ location = "" }) => location);
  const twice = locations.filter((one, index) => locations.indexOf(one) !== index);
  return [
    ...locations
      .filter((one) => !isRegion(one))
      .map((one) => violation(of, "replicas", `'${one}' is not a location that secrets can be replicated to`)),
    ...twice.map((one) => violation(of, "replicas", `the location '${one}' is named more than once`)),
  ];
};

export const secretmanager: Rules = { Secret: secret, Rotation: rotation, UserManaged: userManaged };
