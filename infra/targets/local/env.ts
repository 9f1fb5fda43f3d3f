import * as pulumi from "@pulumi/pulumi";
import type { PlannedEnv, PlannedValue } from "../../plan/env";
import { lookUp } from "../../plan/ids";
import type { LocalPlan, PlannedDatastore } from "../../plan/plan";
import { databaseOf } from "../../plan/stored-secrets";
import type { SecretSource } from "../../outputs";

/** The port each engine listens on inside its container. */
export const enginePort: Record<PlannedDatastore["engine"], number> = {
  postgres: 5432,
  postgis: 5432,
  mariadb: 3306,
  redis: 6379,
  messaging: 4566,
};

const scheme: Record<PlannedDatastore["engine"], string> = {
  postgres: "postgres",
  postgis: "postgis",
  mariadb: "mysql",
  redis: "redis",
  messaging: "http",
};

/** An environment as Docker takes it (`NAME=value`), in the order of the names. Values with a secret in them stay secret. */
export const resolveEnv = ({
  env,
  plan,
  secretOf,
}: {
  env: PlannedEnv;
  plan: LocalPlan;
  secretOf: SecretSource;
}): pulumi.Input<string>[] =>
  Object.keys(env)
    .sort()
    .map((name) => pulumi.interpolate`${name}=${resolve(env[name] as PlannedValue, plan, secretOf)}`);

const resolve = (value: PlannedValue, plan: LocalPlan, secretOf: SecretSource): pulumi.Input<string> => {
  if (typeof value === "string") return value;
  switch (value.kind) {
    case "secret":
      return secretOf(value.secret);
    case "database":
      return databasePart({ value, plan, secretOf });
    case "redis":
      return `redis://${lookUp(plan.datastores, value.datastore).name}:${enginePort.redis}/${value.index}`;
    case "messaging":
      return `http://${lookUp(plan.datastores, value.datastore).name}:${enginePort.messaging}`;
    case "topic":
      return `arn:aws:sns:us-east-1:000000000000:${value.topic}`;
    case "serviceUrl": {
      const service = lookUp(plan.services, value.service);
      if (service.kind !== "web") throw new Error(`${service.id} has no address`); // rules.ts refuses such a reference
      return `http://${service.name}:${service.port}`;
    }
  }
};

type DatabaseReference = Extract<Exclude<PlannedValue, string>, { kind: "database" }>;

const databasePart = ({
  value,
  plan,
  secretOf,
}: {
  value: DatabaseReference;
  plan: LocalPlan;
  secretOf: SecretSource;
}): pulumi.Input<string> => {
  const datastore = lookUp(plan.datastores, value.datastore);
  const { name, user, password } = databaseOf(value, plan);
  const port = String(enginePort[datastore.engine]);
  switch (value.part) {
    case "host":
    case "instance":
      return datastore.name;
    case "port":
      return port;
    case "name":
      return name;
    case "user":
      return user;
    case "password":
      return secretOf(password);
    case "url":
      return pulumi.interpolate`${scheme[datastore.engine]}://${user}:${secretOf(password).apply(encodeURIComponent)}@${datastore.name}:${port}/${name}`;
  }
};
