import * as pulumi from "@pulumi/pulumi";
import type { PlannedEnv, PlannedValue } from "../../plan/env";
import type { Plan, PlannedDatastore } from "../../plan/make-plan";
import type { Database, DatabasePart } from "../../catalogue/vocabulary";
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
  plan: Plan;
  secretOf: SecretSource;
}): pulumi.Input<string>[] =>
  Object.keys(env)
    .sort()
    .map((name) => pulumi.interpolate`${name}=${resolve(env[name] as PlannedValue, plan, secretOf)}`);

const resolve = (value: PlannedValue, plan: Plan, secretOf: SecretSource): pulumi.Input<string> => {
  if (typeof value === "string") return value;
  switch (value.kind) {
    case "secret":
      return secretOf(value.secret);
    case "database":
      return databasePart(datastoreOf(value.datastore, plan), value.database, value.part, secretOf);
    case "redis":
      return `redis://${datastoreOf(value.datastore, plan).name}:${enginePort.redis}/${value.index}`;
    case "messaging":
      return `http://${datastoreOf(value.datastore, plan).name}:${enginePort.messaging}`;
    case "topic":
      return `arn:aws:sns:us-east-1:000000000000:${value.topic}`;
    case "serviceUrl": {
      const service = plan.services.find(({ id }) => id === value.service);
      return service?.kind === "web" ? `http://${service.name}:${service.port}` : "";
    }
  }
};

/** References were checked with the catalogue: what they name is there. */
const datastoreOf = (id: string, { datastores }: Plan): PlannedDatastore =>
  datastores.find((datastore) => datastore.id === id) as PlannedDatastore;

const databasePart = (
  datastore: PlannedDatastore,
  name: string,
  part: DatabasePart,
  secretOf: SecretSource,
): pulumi.Input<string> => {
  const databases: readonly Database[] = "databases" in datastore ? datastore.databases : [];
  const { user, password } = databases.find((database) => database.name === name) as Database;
  const port = String(enginePort[datastore.engine]);
  switch (part) {
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
