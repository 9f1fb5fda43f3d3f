import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { Outputs, Prepared, SecretValues } from "../../outputs";
import { logicalName, lookUp, partOf } from "../../plan/ids";
import type { CloudPlan, PlannedService } from "../../plan/plan";
import { byDatastore, connectionName, redisDatabase, redisServersOf, serversOf, type Server } from "../../plan/servers";
import { memoised } from "../shared/memoised";
import { outputsOf } from "../shared/outputs";
import { connectBackups, type Backups } from "./backups";
import { commitTag } from "./commit";
import { GcpSqlServer } from "./datastores";
import { deployedServers, redisProblems, sizeProblems, versionProblems, type DeployedSql } from "./deployed";
import type { GoogleAddresses } from "./env";
import { GcpFoundation } from "./foundation";
import { connectRun, type JobRunner } from "./google";
import { createBuilder, createImage } from "./image";
import { cloudProblems, hasRegistryCredentials } from "./preflight";
import { GcpRedisServer } from "./redis";
import { heldProblems, recordReleases, rollOutIn, trafficsOf } from "./roll-out";
import type { Release, RollOut, Target } from "../../plan/roll-out";
import { createClock } from "./schedule";
import { SecretStore, SecretValuesOfStack } from "./secrets";
import { GcpService, resourceName } from "./service";
import { outsidePath, watch } from "./watching";

type GcpArgs = {
  plan: CloudPlan;
  /** Values of secrets that the config gives. */
  secretValues: SecretValues;
  /** The folder with the Dockerfile and the services. */
  servicesFolder: string;
  /** The id of the services' base image on this machine, where no digest says what it is. */
  baseId?: string | undefined;
  /** `gcp:accessToken`, where the config gives one. */
  accessToken?: string;
  /** Runs jobs; Cloud Run's API where it is left out. */
  runner?: JobRunner;
  /** Makes backups; Cloud SQL's API where it is left out. */
  backups?: Backups;
  /** Environment variables; those of this process where they are left out. */
  env?: NodeJS.ProcessEnv;
};

/** Looks at the machine for a plan of Google Cloud, and can then make it; until then nothing is touched. */
export const prepare = async (args: GcpArgs): Promise<Prepared> => {
  const { plan, servicesFolder, env = process.env } = args;
  const { redis, sql, traffics, releases } = await deployedServers();
  const rollOut = rollOutIn(env);
  const machine = { env, isPreview: pulumi.runtime.isDryRun(), stackFile: `Pulumi.${plan.stack}.yaml` };
  const problems = [
    ...cloudProblems({ plan, servicesFolder, machine }),
    ...redisProblems({ plan, deployed: redis }),
    ...sizeProblems({ plan, deployed: sql }),
    ...versionProblems({ plan, deployed: sql }),
    ...heldProblems({ stack: plan.stack, traffics, rollOut, isPreview: machine.isPreview }),
  ];
  return { problems, make: () => deploy({ ...args, env, deployed: sql, traffics, releases, rollOut }) };
};

const deploy = (args: GcpArgs & Seen): Outputs => {
  const commit = commitTag(args.servicesFolder);
  if (commit.endsWith("-dirty"))
    void pulumi.log.warn(
      `services/ differs from the commit: images are tagged ${commit}, and nobody else can build them`,
    );
  const access = { accessToken: args.accessToken, env: args.env };
  const { runner = connectRun(access), backups = connectBackups(access) } = args;
  return createStack({ ...args, commit, runner, backups });
};

/** What was looked at before anything is made. */
type Seen = {
  env: NodeJS.ProcessEnv;
  deployed: readonly DeployedSql[];
  traffics: ReadonlyMap<string, readonly Target[]>;
  releases: readonly Release[];
  rollOut: RollOut | undefined;
};

type Making = GcpArgs & Seen & { commit: string; runner: JobRunner; backups: Backups };

const createStack = (making: Making): Outputs => {
  const { plan, runner, backups } = making;
  const foundation = new GcpFoundation(plan);
  const { apis } = foundation;
  const systems = new Map(
    [...plan.systems.values()].filter(({ runs }) => runs).map(({ name }) => [name, new GcpSystem(name)] as const),
  );
  const systemOf = (name: string): GcpSystem => lookUp(systems, name);
  const values = new SecretValuesOfStack({ plan, given: making.secretValues, parentOf: systemOf });
  const store = new SecretStore({ plan, dependsOn: apis });
  const built = imagesOf(making, foundation);

  const redisServers = madeOf(redisServersOf(plan), (server) => new GcpRedisServer({ plan, server, apis }));
  const versions = new Map(making.deployed.map(({ name, version }) => [name, version]));
  const sqlServers = madeOf(serversOf(plan), (server) => {
    const image = () => built(imageFor(plan, server));
    const deployedVersion = versions.get(server.name);
    return new GcpSqlServer({ plan, server, deployedVersion, values, store, image, runner, apis });
  });

  const services = new Map<string, GcpService>();
  const clock = createClock({ plan, parent: foundation, apis });
  const addresses = addressesOf(plan, redisServers, services);
  for (const service of plan.services.values()) {
    const { id, system, image, needs } = service;
    const readiness = needs.flatMap(
      (need) => sqlServers.get(need)?.ready ?? redisServers.get(need)?.ready ?? services.get(need)?.ready ?? [],
    );
    const args = {
      ...{ plan, service, values, store, addresses, runner, backups, apis },
      image: built(image),
      servers: serversOf(plan).filter(({ datastores }) => datastores.some((datastore) => needs.includes(datastore.id))),
      usesRedis: needs.some((need) => redisServers.has(need)),
      needs: readiness,
      calls: callsOf(service, services),
      clock,
      traffics: trafficsOf({ ...making, id, name: resourceName(plan, service) }),
      keepsPool: making.rollOut?.keepsPools ?? false,
    };
    services.set(id, new GcpService(args, { parent: systemOf(system) }));
  }
  recordReleases(making.rollOut?.releases ?? making.releases);
  if (plan.cloud.alerts) watch({ plan, services, apis });
  return outputsOf({
    plan,
    containerOf: (service) => resourceName(plan, service),
    webOf: ({ id, healthPath }) => {
      const { uri, latestReadyRevision: revision } = webOf(services, id);
      return { url: uri, healthUrl: pulumi.interpolate`${uri}${outsidePath(healthPath)}`, revision };
    },
  });
};

const webOf = (services: ReadonlyMap<string, GcpService>, id: string): gcp.cloudrunv2.Service => {
  const { web } = lookUp(services, id);
  if (web === undefined) throw new Error(`${id} has no address`); // rules.ts refuses a reference to such a service
  return web;
};

/** The parent of a system's parts. */
class GcpSystem extends pulumi.ComponentResource {
  constructor(name: string) {
    super("fleet:gcp:System", name);
    this.registerOutputs();
  }
}

const imagesOf = ({ plan, servicesFolder, baseId, commit, env }: Making, foundation: GcpFoundation) => {
  const withCredentials = hasRegistryCredentials(plan, env);
  const builder = createBuilder(plan, { withCredentials, env, parent: foundation });
  const making = {
    plan,
    servicesFolder,
    baseId,
    commit,
    repositoryId: foundation.repositoryId,
    builder,
    parent: foundation,
  };
  return memoised((folder) => createImage(lookUp(plan.images, folder), making));
};

/** The image of the first service that uses a server can prepare it too. */
const imageFor = ({ services }: CloudPlan, { datastores }: Server): string => {
  const uses = ({ needs }: PlannedService): boolean => datastores.some(({ id }) => needs.includes(id));
  const first = [...services.values()].find(uses);
  if (first === undefined) throw new Error("no service uses this server"); // rules.ts refuses such a datastore
  return first.image;
};

/** Makes each server once; the ids of its datastores lead to it. */
const madeOf = <T>(servers: readonly Server[], make: (server: Server) => T): ReadonlyMap<string, T> =>
  new Map(
    servers.flatMap((server) => {
      const made = make(server);
      return server.datastores.map(({ id }) => [id, made] as const);
    }),
  );

const addressesOf = (
  plan: CloudPlan,
  redisServers: ReadonlyMap<string, GcpRedisServer>,
  services: ReadonlyMap<string, GcpService>,
): GoogleAddresses => ({
  connectionNameOf: (datastore) => connectionName(plan.cloud, lookUp(byDatastore(serversOf(plan)), datastore).name),
  redisUrlOf: (datastore, index) => lookUp(redisServers, datastore).urlOf(redisDatabase({ plan, datastore, index })),
  urlOf: (id) => webOf(services, id).uri,
});

/** The web services that a service calls, by their logical names. */
const callsOf = (
  { needs }: PlannedService,
  services: ReadonlyMap<string, GcpService>,
): ReadonlyMap<string, gcp.cloudrunv2.Service> =>
  new Map(
    needs.flatMap((need) => {
      const web = services.get(need)?.web;
      return web === undefined ? [] : [[logicalName(partOf(need)), web] as const];
    }),
  );
