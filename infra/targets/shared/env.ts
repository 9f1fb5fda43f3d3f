import * as pulumi from "@pulumi/pulumi";
import type { SecretSource } from "../../outputs";
import type { PlannedEnv, PlannedReference, PlannedValue } from "../../plan/env";
import { lookUp } from "../../plan/ids";
import type { Plan, PlannedDatastore } from "../../plan/plan";

type Engine = PlannedDatastore["engine"];

/** The port each engine listens on. */
export const enginePort: Record<Engine, number> = {
  postgres: 5432,
  postgis: 5432,
  mariadb: 3306,
  redis: 6379,
  messaging: 4566,
};

const scheme: Record<Engine, string> = {
  postgres: "postgres",
  postgis: "postgis",
  mariadb: "mysql",
  redis: "redis",
  messaging: "http",
};

export type DatabaseReference = Extract<PlannedReference, { kind: "database" }>;

/** How a service reaches a database and signs in. */
export type DatabaseAddress = {
  host: string;
  instance: string;
  /** Behind the `@` of its URL. */
  place: string;
  user: string;
  /** A target may create a password when it is first asked for. */
  password: () => pulumi.Output<string>;
};

/** The addresses and secrets that only a target knows. */
export type Addresses = {
  secretOf: SecretSource;
  databaseOf: (reference: DatabaseReference) => DatabaseAddress;
  /** The URL of one of a Redis datastore's databases. */
  redisUrlOf: (datastore: string, index: number) => pulumi.Input<string>;
  /** Undefined where AWS itself is meant. */
  messagingUrlOf: (datastore: string) => string | undefined;
  messagingAccount: string | undefined;
  /** The URL of a web service. */
  urlOf: (service: string) => pulumi.Input<string>;
};

type Reading = { plan: Plan; addresses: Addresses };

/** The second step of an environment: each variable that is present, in the order of the names. */
export const valuesOf = ({ env, ...of }: Reading & { env: PlannedEnv }) =>
  Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, planned]) => {
      const value = valueOf(planned, of);
      return value === undefined ? [] : [{ name, planned, value }];
    });

const valueOf = (value: PlannedValue, of: Reading): pulumi.Input<string> | undefined => {
  if (typeof value === "string") return value;
  const { addresses } = of;
  switch (value.kind) {
    case "secret":
      return addresses.secretOf(value.secret);
    case "database":
      return databaseValue(value, of);
    case "redis":
      return addresses.redisUrlOf(value.datastore, value.index);
    case "messaging":
      return addresses.messagingUrlOf(value.datastore);
    case "topic":
      return `arn:aws:sns:us-east-1:${addresses.messagingAccount}:${value.topic}`;
    case "serviceUrl":
      return addresses.urlOf(value.service);
  }
};

const databaseValue = (reference: DatabaseReference, { plan, addresses }: Reading): pulumi.Input<string> => {
  const { engine } = lookUp(plan.datastores, reference.datastore);
  const { host, instance, place, user, password } = addresses.databaseOf(reference);
  switch (reference.part) {
    case "host":
      return host;
    case "instance":
      return instance;
    case "port":
      return String(enginePort[engine]);
    case "name":
      return reference.database;
    case "user":
      return user;
    case "password":
      return password();
    case "url":
      return pulumi.interpolate`${scheme[engine]}://${user}:${password().apply(encodeURIComponent)}@${place}`;
  }
};
