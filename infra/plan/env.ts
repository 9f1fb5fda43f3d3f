import type { Environment, EnvValue, Reference } from "../catalogue/vocabulary";
import { reviewedName, secretName, topicName } from "../naming";
import { originsOf, withForwarded } from "../forwarded";
import { idOf } from "./ids";

/** Text, or a reference with full ids to something that only a target knows (an address, a secret's value). */
export type PlannedValue = string | PlannedReference;
export type PlannedReference = Exclude<
  Reference,
  { kind: "hotReload" | "whenOn" | "byEnvironment" | "allowedHosts" | "forwardedOrigins" }
>;

export type PlannedEnv = Readonly<Record<string, PlannedValue>>;

type Situation = {
  system: string;
  isOn: (datastore: string) => boolean;
  /** Whether a secret of the system, by its own name, has a value: an optional one may have none. */
  hasValue: (secret: string) => boolean;
  hotReload: boolean;
  /** The names under which the service's port is forwarded. */
  forwarded: readonly string[];
  environment: Environment;
  /** The review whose parts share servers, and the AWS account, with others', by its stack's name. */
  review: string | undefined;
};

/** The first step of an environment: every choice is made, and `needs` has the ids of the parts that it refers to. */
export const plannedEnv = ({ env, ...situation }: Situation & { env: Readonly<Record<string, EnvValue>> }) => {
  const resolved = Object.entries(env).flatMap(([name, value]) => {
    const planned = plannedValue(value, situation);
    return planned === undefined ? [] : [[name, planned] as const];
  });
  const references = resolved.flatMap(([, value]) => (typeof value === "object" ? [value] : []));
  const needs = [
    ...references.flatMap((value) => ("datastore" in value ? [value.datastore] : [])),
    ...references.flatMap((value) => (value.kind === "serviceUrl" ? [value.service] : [])),
  ];
  return { env: Object.fromEntries(resolved), needs };
};

/** Undefined where the variable is to be absent. */
const plannedValue = (value: EnvValue, situation: Situation): PlannedValue | undefined => {
  if (typeof value === "string") return value;
  const id = (name: string): string => idOf({ system: situation.system, name });
  switch (value.kind) {
    case "secret":
      if (!situation.hasValue(value.secret)) return undefined;
      return { ...value, secret: secretName({ system: situation.system, secret: value.secret }) };
    case "database":
      if (value.part === "instance" && situation.environment === "development") return undefined;
      return {
        ...value,
        datastore: id(value.datastore),
        database: reviewedName(value.database, situation.review),
      };
    case "redis":
    case "messaging":
      return { ...value, datastore: id(value.datastore) };
    case "topic":
      return {
        ...value,
        datastore: id(value.datastore),
        topic: topicName({ review: situation.review, topic: value.topic }),
      };
    case "serviceUrl":
      return { ...value, service: id(value.service) };
    case "hotReload":
      return situation.hotReload ? "True" : "False";
    case "whenOn":
      return situation.isOn(value.datastore) ? plannedValue(value.value, situation) : undefined;
    case "byEnvironment":
      return value[situation.environment];
    case "allowedHosts":
      return withForwarded(value[situation.environment], situation.forwarded);
    case "forwardedOrigins":
      return originsOf(situation.forwarded);
  }
};
