import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { logicalName } from "../../plan/ids";
import type { LocalPlan, PlannedDatastore } from "../../plan/plan";
import { containerName } from "../../naming";
import type { SecretSource } from "../../outputs";
import { enginePort } from "../shared/env";
import { basics, DATASTORE_GRACE_SECONDS, healthcheck, keptForever, loopbackPort, replaceOnChanges } from "./container";
import type { Abilities } from "./engine";
import type { Gates } from "./gates";
import { dataFormat } from "./images";
import { containerLabels, DATA_FORMAT_LABEL } from "./labels";
import { ACCESS_KEY, GUARD, GUARD_FILE } from "./messaging-guard";
import type { Networks } from "./network";
import { mariadbInitFile, readyStep } from "./ready";
import { createVolume } from "./volume";

/** The arguments of a datastore. */
export type DatastoreArgs = {
  plan: LocalPlan;
  datastore: PlannedDatastore;
  /** Undefined where only the data is kept. */
  running?: {
    network: Networks["own"];
    image: docker.RemoteImage;
    generation: string;
    abilities: Abilities;
    gate: Gates["datastore"];
  };
  secretOf: SecretSource;
};

/**
 * A volume, and while the datastore runs, a server on it with its databases and users as the plan says.
 * The volume outlives everything: it stays in the program when the datastore is off, and on the machine when it leaves.
 */
export class LocalDatastore extends pulumi.ComponentResource {
  /** The server once it takes connections and its users are right; undefined where it does not run. */
  readonly ready: pulumi.Output<docker.Container> | undefined;
  /** The server's id, which changes when the server is replaced. */
  readonly identity: pulumi.Output<string> | undefined;

  constructor({ plan, datastore, running, secretOf }: DatastoreArgs, opts: pulumi.ComponentResourceOptions) {
    const name = logicalName(datastore);
    super("fleet:local:Datastore", name, {}, opts);
    const labels = [{ label: DATA_FORMAT_LABEL, value: dataFormat(datastore) }];
    const owner = { stack: plan.stack, system: datastore.system, part: datastore.name };
    const volume = createVolume(`${name}-data`, { ...owner, labels }, { parent: this, ...keptForever });
    if (running) {
      const server = createServer({ name, plan, datastore, running, volume, secretOf, parent: this });
      this.identity = server.id;
      this.ready = waitUntilReady({ datastore, gate: running.gate, server, secretOf });
    }
    this.registerOutputs();
  }
}

type Making = Required<DatastoreArgs> & { name: string; parent: pulumi.Resource };

const createServer = (making: Making & { volume: docker.Volume }): docker.Container => {
  const { name, plan, datastore, running, volume, secretOf, parent } = making;
  const { stack, environment } = plan;
  const { system, name: part, description, engine, hostPort, limits } = datastore;
  return new docker.Container(
    name,
    {
      ...basics(limits, running.abilities),
      ...engineArgs(datastore, secretOf),
      name: containerName({ stack, system, role: part }),
      image: running.image.imageId,
      labels: containerLabels({ stack, system, part, environment, description, generation: running.generation }),
      volumes: [{ volumeName: volume.name, containerPath: dataFolder[engine] }],
      networkMode: "bridge",
      networksAdvanced: [{ name: running.network.name, aliases: [part] }],
      ports: hostPort === undefined ? [] : loopbackPort(enginePort[engine], hostPort),
      restart: "unless-stopped",
      destroyGraceSeconds: DATASTORE_GRACE_SECONDS,
      stopTimeout: DATASTORE_GRACE_SECONDS,
    },
    { parent, deleteBeforeReplace: true, replaceOnChanges },
  );
};

/** The folder in which each engine's official image keeps its data. */
const dataFolder: Record<PlannedDatastore["engine"], string> = {
  postgres: "/var/lib/postgresql/data",
  postgis: "/var/lib/postgresql/data",
  mariadb: "/var/lib/mysql",
  redis: "/data",
  messaging: "/var/lib/localstack",
};

const engineArgs = (
  datastore: PlannedDatastore,
  secretOf: SecretSource,
): Pick<docker.ContainerArgs, "envs" | "command" | "uploads" | "healthcheck"> => {
  const check = (...tests: string[]) => ({ healthcheck: healthcheck(["CMD", ...tests], datastore.healthCheck) });
  switch (datastore.engine) {
    case "postgres":
    case "postgis":
      return {
        envs: [
          // --locale and encoding as specification 000 asks; ignored by a volume that holds data already.
          "POSTGRES_INITDB_ARGS=--encoding=UTF8 --lc-collate=en_US.UTF-8 --lc-ctype=en_US.UTF-8",
          pulumi.interpolate`POSTGRES_PASSWORD=${secretOf(datastore.superuserPassword)}`,
          "PGTZ=UTC",
          "TZ=UTC",
        ],
        // Over TCP: while the image's first boot makes the data folder, only the socket answers.
        ...check("pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"),
      };
    case "mariadb":
      return {
        command: [
          "mariadbd",
          "--character-set-server=utf8mb4",
          "--collation-server=utf8mb4_unicode_ci",
          "--init-file=/etc/mysql/fleet.sql",
        ],
        envs: [pulumi.interpolate`MARIADB_ROOT_PASSWORD=${secretOf(datastore.rootPassword)}`, "TZ=UTC"],
        uploads: [{ file: "/etc/mysql/fleet.sql", content: mariadbInitFile(datastore, secretOf) }],
        ...check("healthcheck.sh", "--connect", "--innodb_initialized"),
      };
    case "redis":
      return {
        command: ["redis-server", "/usr/local/etc/fleet-redis.conf", "--appendonly", "yes"],
        // redis-cli signs in with it, in the health check too: a password on its command line could be read by others.
        envs: [pulumi.interpolate`REDISCLI_AUTH=${secretOf(datastore.password)}`, "TZ=UTC"],
        uploads: [
          {
            file: "/usr/local/etc/fleet-redis.conf",
            content: pulumi.interpolate`requirepass ${secretOf(datastore.password)}\n`,
          },
        ],
        ...check("redis-cli", "ping"),
      };
    case "messaging":
      return {
        envs: [
          pulumi.interpolate`${ACCESS_KEY}=${secretOf(datastore.accessKey)}`,
          ...["SERVICES=sns,sqs", "EAGER_SERVICE_LOADING=1", "TZ=UTC"],
        ],
        uploads: [{ file: GUARD_FILE, content: GUARD }],
        ...check("curl", "-fs", "http://127.0.0.1:4566/_localstack/health"),
      };
  }
};

type Waiting = Pick<Making, "datastore" | "secretOf"> & { gate: Gates["datastore"]; server: docker.Container };

const waitUntilReady = ({ datastore, gate, server, secretOf }: Waiting): pulumi.Output<docker.Container> => {
  const { script, secrets } = readyStep(datastore);
  const env = Object.entries(secrets).map(([name, secret]) => pulumi.interpolate`${name}=${secretOf(secret)}`);
  return pulumi
    .all([server.id, ...env])
    .apply(([id = "", ...values]) => gate({ id, what: datastore.id, script, env: values }))
    .apply(() => server);
};
