import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { googleName } from "../../naming";
import { SOCKETS } from "./container";
import type { Resolved } from "./env";
import { vpcAccess } from "./network";
import type { CloudPlan } from "../../plan/plan";
import type { SecretStore } from "./secrets";
import { connectionName, type Server } from "../../plan/servers";

/** A process's identity, environment and network access. */
export type Runtime = {
  account: gcp.serviceaccount.Account;
  /** The grants that it needs before it can start. */
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

type RuntimeArgs = {
  name: string;
  parts: readonly [system: string, part: string];
  plan: CloudPlan;
  env: readonly (readonly [name: string, value: Resolved])[];
  servers: readonly Server[];
  usesRedis: boolean;
  store: SecretStore;
  apis: readonly pulumi.Resource[];
  parent: pulumi.Resource;
};

/** An account of its own with exactly the permissions that its environment needs. */
export const createRuntime = (args: RuntimeArgs): Runtime => {
  const { name, parts, plan, env, servers, usesRedis, store, parent } = args;
  const account = createAccount(args);
  const databases = servers.map((server) => allowDatabase({ ...args, server, account }));
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

/** A service account of its own: each permission is given to it one by one. */
const createAccount = ({ name, plan, parts, apis, parent }: RuntimeArgs): gcp.serviceaccount.Account =>
  new gcp.serviceaccount.Account(
    `${name}-account`,
    {
      project: plan.cloud.project,
      accountId: googleName({ kind: "serviceAccount", stack: plan.stack, parts }),
      displayName: [plan.stack, ...parts].join(" "),
      description: `Runs ${parts.join(" ")}`,
    },
    { parent, dependsOn: [...apis] },
  );

type Connecting = RuntimeArgs & { server: Server; account: gcp.serviceaccount.Account };

/** Lets an account connect to one Cloud SQL instance of the project. */
const allowDatabase = ({ name, plan: { cloud }, server, account, parent }: Connecting): gcp.projects.IAMMember =>
  new gcp.projects.IAMMember(
    `${name}-connects-${server.id}`,
    {
      project: cloud.project,
      role: "roles/cloudsql.client",
      member: account.member,
      condition: {
        title: `only ${server.name}`,
        expression: `resource.type == "sqladmin.googleapis.com/Instance" && resource.name == "projects/${cloud.project}/instances/${server.name}"`,
      },
    },
    { parent },
  );
