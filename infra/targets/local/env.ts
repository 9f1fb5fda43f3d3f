import * as pulumi from "@pulumi/pulumi";
import type { SecretSource } from "../../outputs";
import type { PlannedEnv } from "../../plan/env";
import { lookUp } from "../../plan/ids";
import type { LocalPlan } from "../../plan/plan";
import { databaseOf } from "../../plan/stored-secrets";
import { enginePort, valuesOf, type Addresses } from "../shared/env";

type Reading = { plan: LocalPlan; secretOf: SecretSource };

/** The last step of an environment, as Docker takes it (`NAME=value`). Values with a secret in them stay secret. */
export const dockerEnv = ({ env, ...of }: Reading & { env: PlannedEnv }): pulumi.Input<string>[] =>
  valuesOf({ env, plan: of.plan, addresses: addressesOf(of) }).map(
    ({ name, value }) => pulumi.interpolate`${name}=${value}`,
  );

const redisOf = (id: string, { datastores }: LocalPlan) => {
  const datastore = lookUp(datastores, id);
  if (datastore.engine !== "redis") throw new Error(`${id} is no Redis`); // rules.ts refuses such a reference
  return datastore;
};

/** In a system's network its parts are reached by their names. */
const addressesOf = ({ plan, secretOf }: Reading): Addresses => {
  const hostOf = (datastore: string): string => lookUp(plan.datastores, datastore).name;
  return {
    secretOf,
    databaseOf: (reference) => {
      const { name: host, engine } = lookUp(plan.datastores, reference.datastore);
      const { name, user, password } = databaseOf(reference, plan);
      const place = `${host}:${enginePort[engine]}/${name}`;
      return { host, instance: host, place, user, password: () => secretOf(password) };
    },
    redisUrlOf: (datastore, index) => {
      const { password } = redisOf(datastore, plan);
      return pulumi.interpolate`redis://:${secretOf(password).apply(encodeURIComponent)}@${hostOf(datastore)}:${enginePort.redis}/${index}`;
    },
    messagingUrlOf: (datastore) => `http://${hostOf(datastore)}:${enginePort.messaging}`,
    messagingAccount: "000000000000",
    urlOf: (id) => {
      const service = lookUp(plan.services, id);
      if (service.kind !== "web") throw new Error(`${id} has no address`); // rules.ts refuses such a reference
      return `http://${service.name}:${service.port}`;
    },
  };
};
