import * as pulumi from "@pulumi/pulumi";
import type { PlannedEnv, PlannedValue } from "../../plan/env";
import { lookUp } from "../../plan/ids";
import { isPostgres, type CloudPlan, type PlannedDatastore } from "../../plan/plan";
import { activeTurn, databaseOf, storedIn, userName, type StoredValue } from "../../plan/stored-secrets";
import { SOCKETS } from "./container";
import type { SecretValuesOfStack } from "./secrets";

/** A variable's value: text that everybody may see, or one that is kept in Secret Manager. */
export type Resolved = { text: pulumi.Input<string> } | Stored;

/** A value with what it is, which names it in Secret Manager. */
export type Stored = { stored: StoredValue; value: pulumi.Input<string> };

/** What an environment speaks of that only Google knows once it is there. */
export type Addresses = {
  /** `project:region:instance` of a datastore's Cloud SQL instance. */
  connectionNameOf: (datastore: string) => string;
  /** `redis://:password@host:port/number` of one of a Redis datastore's databases. */
  redisUrlOf: (datastore: string, index: number) => pulumi.Output<string>;
  /** The address of a web service. */
  urlOf: (service: string) => pulumi.Output<string>;
};

type Resolving = { plan: CloudPlan; values: SecretValuesOfStack; addresses: Addresses };

/** An environment by name, in the order of the names. */
export const resolveEnv = ({ env, ...of }: Resolving & { env: PlannedEnv }): [name: string, value: Resolved][] =>
  Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, planned]): [name: string, value: Resolved][] => {
      const value = resolve(planned, of);
      return value === undefined ? [] : [[name, value]];
    });

/** Undefined where the variable is to be absent. */
const resolve = (value: PlannedValue, of: Resolving): Resolved | undefined => {
  if (typeof value === "string") return { text: value };
  const stored = storedIn(value);
  if (stored !== undefined) return { stored, value: secretValue(stored, of) };
  switch (value.kind) {
    case "database":
      return { text: databaseText(value, of) };
    case "messaging": {
      const { messagingEndpoint } = of.plan.cloud;
      return messagingEndpoint === undefined ? undefined : { text: messagingEndpoint };
    }
    case "topic":
      return { text: `arn:aws:sns:us-east-1:${of.plan.cloud.messagingAccount}:${value.topic}` };
    case "serviceUrl":
      return { text: of.addresses.urlOf(value.service) };
    case "secret":
    case "redis":
      throw new Error(`${value.kind} is a stored value`); // storedIn has taken it
  }
};

const secretValue = (stored: StoredValue, { plan, values, addresses }: Resolving): pulumi.Input<string> => {
  switch (stored.kind) {
    case "secret":
      return values.valueOf(stored.secret);
    case "redis":
      return addresses.redisUrlOf(stored.datastore, stored.index);
    case "administrator":
      throw new Error("no service signs in as the administrator");
    case "database":
      return databaseSecret({ stored, plan, values, addresses });
  }
};

type OfDatabase = Extract<StoredValue, { kind: "database" }>;

/** The user whose turn it is, its password, or the address with both. */
const databaseSecret = ({
  stored,
  plan,
  values,
  addresses,
}: Resolving & { stored: OfDatabase }): pulumi.Input<string> => {
  const { user, password } = databaseOf(stored, plan);
  const turn = activeTurn(lookUp(plan.secrets, password).rotation);
  const activeUser = userName(user, turn);
  switch (stored.part) {
    case "user":
      return activeUser;
    case "password":
      return values.passwordOf(password, turn);
    case "url": {
      const { engine } = lookUp(plan.datastores, stored.datastore);
      const socket = `${SOCKETS}/${addresses.connectionNameOf(stored.datastore)}`;
      const address =
        engine === "mariadb"
          ? `localhost/${stored.database}?unix_socket=${socket}`
          : `/${stored.database}?host=${socket}`;
      const encoded = values.passwordOf(password, turn).apply(encodeURIComponent);
      return pulumi.interpolate`${SCHEMES[engine]}://${activeUser}:${encoded}@${address}`;
    }
  }
};

const SCHEMES: Record<PlannedDatastore["engine"], string> = {
  postgres: "postgres",
  postgis: "postgis",
  mariadb: "mysql",
  redis: "redis",
  messaging: "http",
};

type DatabaseReference = Extract<Exclude<PlannedValue, string>, { kind: "database" }>;

/** The parts of a database's address that everybody may see. */
const databaseText = ({ datastore, database, part }: DatabaseReference, { plan, addresses }: Resolving): string => {
  switch (part) {
    case "instance":
      return addresses.connectionNameOf(datastore);
    case "host":
      return `${SOCKETS}/${addresses.connectionNameOf(datastore)}`;
    case "port":
      return isPostgres(lookUp(plan.datastores, datastore)) ? "5432" : "3306";
    case "name":
      return database;
    case "user":
    case "password":
    case "url":
      throw new Error(`${part} is a stored value`); // storedIn has taken it
  }
};
