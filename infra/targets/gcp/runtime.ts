import type * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { allowDatabase, createAccount } from "./account";
import { SOCKETS } from "./container";
import type { Resolved } from "./env";
import { vpcAccess } from "./network";
import type { CloudPlan } from "../../plan/plan";
import type { SecretStore } from "./secrets";
import { connectionName, type Server } from "../../plan/servers";

/** As whom a process runs, what it is told and what it reaches. */
export type Runtime = {
  account: gcp.serviceaccount.Account;
  /** What it must have been granted before it can start. */
  permissions: readonly pulumi.Resource[];
  envs: { name: string; value?: pulumi.Input<string>; valueSource?: { secretKeyRef: SecretReference } }[];
  mounts: { name: string; mountPath: string }[];
  template: {
    serviceAccount: pulumi.Input<string>;
    volumes: { name: string; cloudSqlInstance: { instances: string[] } }[];
    vpcAccess?: ReturnType<typeof vpcAccess>;
  };
};

type SecretReference = { secret: pulumi.Input<string>; version: pulumi.Input<string> };

/** An account of its own with exactly the permissions that its environment needs. */
export const createRuntime = ({
  name,
  parts,
  plan,
  env,
  servers,
  usesRedis,
  store,
  apis,
  parent,
}: {
  name: string;
  parts: readonly [system: string, part: string];
  plan: CloudPlan;
  env: readonly (readonly [name: string, value: Resolved])[];
  servers: readonly Server[];
  usesRedis: boolean;
  store: SecretStore;
  apis: readonly pulumi.Resource[];
  parent: pulumi.Resource;
}): Runtime => {
  const account = createAccount({ name, plan, parts, description: `Runs ${parts.join(" ")}`, parent, dependsOn: apis });
  const databases = servers.map((server) =>
    allowDatabase({ name: `${name}-connects-${server.id}`, plan, instance: server.name, account, parent }),
  );
  const permissions = new Set<pulumi.Resource>();
  const envs = env.map(([variable, value]) => {
    if ("text" in value) return { name: variable, value: value.text };
    const { secret, version } = store.store({ ...value, system: parts[0], parent });
    permissions.add(store.grant({ stored: value.stored, secret, account, accountName: name, parent }));
    const secretKeyRef = { secret: secret.secretId, version: version.version };
    return { name: variable, valueSource: { secretKeyRef } };
  });
  const instances = servers.map((server) => connectionName(plan.cloud, server.name)).sort();
  const socket = instances.length > 0 ? [{ name: "cloudsql", cloudSqlInstance: { instances } }] : [];
  return {
    account,
    permissions: [...permissions, ...databases],
    envs,
    mounts: socket.map(({ name: volume }) => ({ name: volume, mountPath: SOCKETS })),
    template: {
      serviceAccount: account.email,
      volumes: socket,
      ...(usesRedis ? { vpcAccess: vpcAccess(plan) } : {}),
    },
  };
};
