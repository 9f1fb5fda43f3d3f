import type * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { googleName } from "../../naming";
import type { CloudPlan, PlannedDatastore } from "../../plan/plan";
import { connectionName, type Server } from "../../plan/servers";
import { placedDatabases, usersOf } from "../../plan/stored-secrets";
import { resources, SOCKETS } from "./container";
import type { JobRunner } from "./google";
import type { PushedImage } from "./image";
import { labelsOf } from "./labels";
import { oneShot, shortHash } from "./oneshot";
import { createRuntime } from "./runtime";
import type { SecretStore } from "./secrets";

/**
 * The input of the job that runs on a Cloud SQL instance before anything uses it. A user made by the API is a
 * cloudsqlsuperuser, who reads every database: the job (services/chassis/chassis/prepare_databases.py) takes that away,
 * makes each database belong to a role that its users alone share, and adds its extensions.
 */
export const preparation = (datastores: readonly PlannedDatastore[], plan: CloudPlan): DatabaseToPrepare[] =>
  placedDatabases(datastores).map(({ database }) => ({
    database: database.name,
    owner: `${database.name}_owner`,
    users: usersOf(database, plan).map(({ user }) => user),
    extensions: [...(database.extensions ?? [])],
  }));

/** One database in the input of prepare_databases.py. */
export type DatabaseToPrepare = { database: string; owner: string; users: string[]; extensions: string[] };

/** The user of the server that may change the others. */
export type Administrator = { name: string; password: pulumi.Output<string>; user: gcp.sql.User };

/** A Cloud SQL instance, and what its job needs. */
export type ServerArgs = {
  plan: CloudPlan;
  server: Server;
  image: PushedImage;
  store: SecretStore;
  runner: JobRunner;
  apis: readonly pulumi.Resource[];
};

type PrepareArgs = ServerArgs & {
  admin: Administrator;
  /** The databases and users that are prepared. */
  needs: readonly pulumi.Resource[];
  parent: pulumi.Resource;
};

/** Runs the step, and gives the job once it has succeeded. */
export const prepareDatabases = (making: PrepareArgs): pulumi.Output<pulumi.Resource> => {
  const { plan, server, admin, image, runner, needs, parent } = making;
  const name = `${server.id}-prepare`;
  const databases = JSON.stringify(preparation(server.datastores, plan));
  const runtime = createRuntime({
    ...making,
    name,
    parts: [server.id, "prepare"],
    servers: [server],
    usesRedis: false,
    env: [
      ["PGDATABASE", { text: "postgres" }],
      ["PGHOST", { text: `${SOCKETS}/${connectionName(plan.cloud, server.name)}` }],
      ["PGPASSWORD", { stored: { kind: "administrator", server: server.id }, value: admin.password }],
      ["PGUSER", { text: admin.name }],
      ["PREPARE_DATABASES", { text: databases }],
    ],
  });
  return oneShot({
    id: name,
    what: `database server ${server.id}`,
    project: plan.cloud.project,
    location: plan.cloud.region,
    name: googleName({ kind: "run", stack: plan.stack, parts: [server.id, "prepare"] }),
    labels: labelsOf({ stack: plan.stack, part: name }),
    generation: shortHash([databases, server.name]),
    container: {
      image: image.reference,
      // Instead of the image's entrypoint, which wants all settings of a service.
      commands: ["python"],
      args: ["-m", "chassis.prepare_databases"],
      envs: runtime.envs,
      volumeMounts: runtime.mounts,
      resources: resources({ cpu: 1, memory: "512Mi" }),
    },
    timeout: "300s",
    runtime,
    needs: [...needs, admin.user],
    runner,
    parent,
  });
};
