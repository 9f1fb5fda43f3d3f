import type * as pulumi from "@pulumi/pulumi";
import type { PlannedEnv } from "../../plan/env";
import { lookUp } from "../../plan/ids";
import type { CloudPlan } from "../../plan/plan";
import { activeTurn, databaseOf, storedIn, userName, type StoredValue } from "../../plan/stored-secrets";
import { valuesOf, type Addresses } from "../shared/env";
import { SOCKETS } from "./container";
import type { SecretValuesOfStack } from "./secrets";

/** A variable's value: public text, or one that is kept in Secret Manager. */
export type Resolved = { text: pulumi.Input<string> } | Stored;

/** A value with its reference, which names it in Secret Manager. */
export type Stored = { stored: StoredValue; value: pulumi.Input<string> };

/** The addresses that Google gives once something is there. */
export type GoogleAddresses = Pick<Addresses, "redisUrlOf" | "urlOf"> & {
  /** `project:region:instance` of a datastore's Cloud SQL instance. */
  connectionNameOf: (datastore: string) => string;
};

type Reading = { plan: CloudPlan; values: SecretValuesOfStack; addresses: GoogleAddresses };

/** The last step of an environment, as Cloud Run takes it: each value is text or stored. */
export const cloudRunEnv = ({ env, ...of }: Reading & { env: PlannedEnv }): [name: string, value: Resolved][] =>
  valuesOf({ env, plan: of.plan, addresses: addressesOf(of) }).map(({ name, planned, value }) => {
    const stored = storedIn(planned);
    return [name, stored === undefined ? { text: value } : { stored, value }];
  });

const addressesOf = ({ plan, values, addresses }: Reading): Addresses => ({
  ...addresses,
  secretOf: values.valueOf,
  databaseOf: ({ datastore, ...reference }) => {
    const { name, user, password } = databaseOf({ datastore, ...reference }, plan);
    const turn = activeTurn(lookUp(plan.secrets, password).rotation);
    const instance = addresses.connectionNameOf(datastore);
    const host = `${SOCKETS}/${instance}`;
    const isMariadb = lookUp(plan.datastores, datastore).engine === "mariadb";
    // Beside a socket no host is named: chassis/environment.py refuses both.
    const place = `/${name}?${isMariadb ? "unix_socket" : "host"}=${host}`;
    return { host, instance, place, user: userName(user, turn), password: () => values.passwordOf(password, turn) };
  },
  messagingUrlOf: () => plan.cloud.messagingEndpoint,
  messagingAccount: plan.cloud.messagingAccount,
});
