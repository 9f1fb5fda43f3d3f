import type { DatabasePart, Environment, EnvValue } from "../catalogue/vocabulary";
import { secretName } from "../naming";
import { idOf } from "./ids";

/** A value of the plan: text, or what only a target can know (an address, a secret's value), with full ids. */
export type PlannedValue =
  | string
  | { kind: "secret"; secret: string }
  | { kind: "database"; datastore: string; database: string; part: DatabasePart }
  | { kind: "redis"; datastore: string; index: number }
  | { kind: "messaging"; datastore: string }
  | { kind: "topic"; datastore: string; topic: string }
  | { kind: "serviceUrl"; service: string };

export type PlannedEnv = Readonly<Record<string, PlannedValue>>;

type Situation = {
  system: string;
  isOn: (datastore: string) => boolean;
  hotReload: boolean;
  environment: Environment;
};

/** An environment with every choice made, and the ids of the datastores and services that it speaks of. */
export const resolveEnv = ({ env, ...situation }: Situation & { env: Readonly<Record<string, EnvValue>> }) => {
  const resolved = Object.entries(env).flatMap(([name, value]) => {
    const planned = resolve(value, situation);
    return planned === undefined ? [] : [[name, planned] as const];
  });
  const values = resolved.map(([, value]) => value);
  const needs = [...values.flatMap(datastoreIn), ...values.flatMap(serviceIn)];
  return { env: Object.fromEntries(resolved), needs };
};

const datastoreIn = (value: PlannedValue): string[] =>
  typeof value === "object" && "datastore" in value ? [value.datastore] : [];

const serviceIn = (value: PlannedValue): string[] =>
  typeof value === "object" && value.kind === "serviceUrl" ? [value.service] : [];

/** Undefined where the variable is to be absent. */
const resolve = (value: EnvValue, situation: Situation): PlannedValue | undefined => {
  if (typeof value === "string") return value;
  const id = (name: string): string => idOf({ system: situation.system, name });
  switch (value.kind) {
    case "secret":
      return { ...value, secret: secretName({ system: situation.system, secret: value.secret }) };
    case "database":
      if (value.part === "instance" && situation.environment === "development") return undefined;
      return { ...value, datastore: id(value.datastore) };
    case "redis":
    case "messaging":
    case "topic":
      return { ...value, datastore: id(value.datastore) };
    case "serviceUrl":
      return { ...value, service: id(value.service) };
    case "hotReload":
      return situation.hotReload ? "True" : "False";
    case "whenOn":
      return situation.isOn(value.datastore) ? resolve(value.value, situation) : undefined;
    case "byEnvironment":
      return value[situation.environment];
  }
};
