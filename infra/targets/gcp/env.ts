import * as pulumi from "@pulumi/pulumi";
import type { PlannedEnv, PlannedValue } from "../../plan/env";
import type { DatabasePart } from "../../catalogue/vocabulary";
import { besidePassword, redisUrlName } from "../../naming";
import { SOCKETS } from "./container";
import { databaseOf, datastoreOf, isPostgres, type CloudPlan } from "../../plan/cloud";
import { activeTurn, userName, type SecretValuesOfStack } from "./secrets";

/** A variable's value: text that everybody may see, or one that is kept in Secret Manager under a name. */
export type Resolved = { text: pulumi.Input<string> } | Kept;

/** `source` says what the value is: `the password of booking/postgres/reservas`. */
export type Kept = { secret: string; source: string; value: pulumi.Input<string> };

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
  Object.keys(env)
    .sort()
    .flatMap((name) => {
      const value = resolve(env[name] as PlannedValue, of);
      return value === undefined ? [] : [[name, value] as const satisfies [string, Resolved]];
    });

/** Undefined where the variable is to be absent. */
const resolve = (value: PlannedValue, of: Resolving): Resolved | undefined => {
  if (typeof value === "string") return { text: value };
  switch (value.kind) {
    case "secret":
      return {
        secret: value.secret,
        source: `the secret ${value.secret}`,
        value: of.values.valueOf(value.secret),
      };
    case "database":
      return databasePart({ ...value, of });
    case "redis":
      return {
        secret: redisUrlName(value),
        source: `the address of ${value.datastore}, database ${value.index}`,
        value: of.addresses.redisUrlOf(value.datastore, value.index),
      };
    case "messaging": {
      const { messagingEndpoint } = of.plan.cloud;
      return messagingEndpoint === undefined ? undefined : { text: messagingEndpoint };
    }
    case "topic":
      return { text: `arn:aws:sns:us-east-1:${of.plan.cloud.messagingAccount}:${value.topic}` };
    case "serviceUrl":
      return { text: of.addresses.urlOf(value.service) };
  }
};

const databasePart = ({
  datastore: id,
  database: name,
  part,
  of: { plan, values, addresses },
}: {
  datastore: string;
  database: string;
  part: DatabasePart;
  of: Resolving;
}): Resolved => {
  const datastore = datastoreOf(id, plan);
  const { user, password } = databaseOf(datastore, name);
  const turn = activeTurn(values.planned(password).rotation);
  const instance = addresses.connectionNameOf(id);
  const beside = besidePassword(password);
  const what = `${id}/${name}`;
  const activeUser = userName(user, turn);
  const secretPassword = (): pulumi.Output<string> => values.passwordOf(password, turn) as pulumi.Output<string>;
  switch (part) {
    case "instance":
      return { text: instance };
    case "host":
      return { text: `${SOCKETS}/${instance}` };
    case "port":
      return { text: isPostgres(datastore) ? "5432" : "3306" };
    case "name":
      return { text: name };
    case "user":
      // Beside its password, which changes with it.
      return { secret: beside.user, source: `the user of ${what}`, value: activeUser };
    case "password":
      return { secret: password, source: `the password of ${what}`, value: secretPassword() };
    case "url": {
      const address = isPostgres(datastore)
        ? `/${name}?host=${SOCKETS}/${instance}`
        : `localhost/${name}?unix_socket=${SOCKETS}/${instance}`;
      const scheme = { postgres: "postgres", postgis: "postgis", mariadb: "mysql", redis: "", messaging: "" };
      return {
        secret: beside.url,
        source: `the address of ${what}`,
        value: pulumi.interpolate`${scheme[datastore.engine]}://${activeUser}:${secretPassword().apply(encodeURIComponent)}@${address}`,
      };
    }
  }
};
