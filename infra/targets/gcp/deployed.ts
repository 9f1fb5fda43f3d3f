import * as pulumi from "@pulumi/pulumi";
import { curedBy } from "../../cures";
import { sizeOf, type Size } from "../../plan/budget";
import { isPostgres, type CloudPlan } from "../../plan/plan";
import { RELEASES, releasesSchema, type Release, type Target } from "../../plan/roll-out";
import { isReview } from "../../plan/review";
import { redisServersOf, serversOf } from "../../plan/servers";
import { when, type Problem } from "../../problems";
import { TIER } from "./redis";

/** A Memorystore instance that the stack has. */
export type DeployedRedis = { name: string; tier: string };

/** A Cloud SQL instance that the stack has. */
export type DeployedSql = Size & { name: string; version: string };

type Deployed = {
  redis: readonly DeployedRedis[];
  sql: readonly DeployedSql[];
  /** The traffic of each web service, by its name at Google. */
  traffics: ReadonlyMap<string, readonly Target[]>;
  /** The releases that are recorded with the stack. */
  releases: readonly Release[];
};

/** The servers in the stack's own state, as it was before this update. It asks Pulumi, not Google. */
export const deployedServers = async (): Promise<Deployed> => {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs = {} } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as Found;
  const having = (type: string) => Object.values(outputs).flatMap((found) => when(found.type === type, found.outputs));
  const [record] = Object.entries(outputs).filter(([urn]) => urn.endsWith(`::${RELEASES}`));
  return {
    traffics: new Map(
      having("gcp:cloudrunv2/service:Service").map(({ name = "", traffics = [] }) => [name, traffics.map(targetOf)]),
    ),
    releases: releasesSchema.safeParse(record?.[1].outputs.releases).data ?? [],
    redis: having("gcp:redis/instance:Instance").map(({ name = "", tier = "" }) => ({ name, tier })),
    sql: having("gcp:sql/databaseInstance:DatabaseInstance").map(
      ({ name = "", databaseVersion: version = "", settings }) => ({
        ...{ name, version, tier: settings?.tier ?? "" },
        connections: Number(settings?.databaseFlags?.find((flag) => flag.name === "max_connections")?.value ?? 0),
      }),
    ),
  };
};

/** A target as it was asked for: the provider adds an address. */
const targetOf = ({ type, percent = 0, revision, tag }: Partial<Target>): Target => ({
  type: type ?? "",
  percent,
  ...(revision && { revision }),
  ...(tag && { tag }),
});

type Found = { outputs?: Record<string, { type: string; outputs: FoundOutputs }> };
type FoundOutputs = {
  name?: string;
  tier?: string;
  databaseVersion?: string;
  traffics?: readonly Partial<Target>[];
  releases?: unknown;
  settings?: { tier?: string; databaseFlags?: readonly { name: string; value: string }[] };
};

/** A size that nobody chose does not change what is deployed: that restarts the server, and costs another sum. */
export const sizeProblems = ({ plan, deployed }: { plan: CloudPlan; deployed: readonly DeployedSql[] }): Problem[] =>
  serversOf(plan).flatMap((server) => {
    const is = deployed.find(({ name }) => name === server.name);
    if (is === undefined) return [];
    const wanted = sizeOf(plan, server);
    const tierMoves = plan.cloud.databaseTier === undefined && is.tier !== wanted.tier;
    const connectionsMove = plan.cloud.databaseConnections === 0 && is.connections !== wanted.connections;
    const set = ({ tier, connections }: Size): string =>
      [
        ...when(tierMoves, curedBy({ stack: plan.stack, key: "fleet:databaseTier", value: tier }).cure),
        ...when(
          connectionsMove,
          curedBy({ stack: plan.stack, key: "fleet:databaseConnections", value: String(connections) }).cure,
        ),
      ].join(" && ");
    return when(tierMoves || connectionsMove, {
      path: `database server ${server.id}`,
      message: `is deployed as ${is.tier} with ${is.connections} connections, and what runs now wants ${wanted.tier} with ${wanted.connections}: the change restarts it (a minute or more without a database)`,
      cure: `take it, in a quiet hour: ${set(wanted)}; or keep it as it is: ${set(is)}, with services that fit in`,
    });
  });

/** A version of MySQL below the deployed one's: Google refuses it, and the data would have to go into another instance. */
export const versionProblems = ({ plan, deployed }: { plan: CloudPlan; deployed: readonly DeployedSql[] }): Problem[] =>
  serversOf(plan).flatMap(({ id, name, datastores: [datastore] }) => {
    const { mysqlVersion: wanted } = plan.cloud;
    const is = deployed.find((each) => each.name === name);
    if (is === undefined || wanted === undefined || isPostgres(datastore)) return [];
    return when(numberOf(is.version) > numberOf(wanted), {
      path: `database server ${id}`,
      message: `is deployed as ${is.version}, and there is no way back to ${wanted}`,
      cure: `keep it as it is: ${curedBy({ stack: plan.stack, key: "fleet:mysqlVersion" }).cure}`,
    });
  });

/** 8.4 of MYSQL_8_4. */
const numberOf = (version: string): number => Number.parseFloat(version.replace("MYSQL_", "").replace("_", "."));

/**
 * The deployed instances that the update would replace or change, unless fleet:redisGivenUp names them. One of a system
 * that is switched off goes with it, as ever.
 */
export const redisProblems = ({
  plan,
  deployed,
}: {
  plan: CloudPlan;
  deployed: readonly DeployedRedis[];
}): Problem[] => {
  // A review reads an instance that is not its own.
  if (isReview(plan.cloud)) return [];
  const wanted = redisServersOf(plan).map(({ name }) => name);
  const kept = deployed.filter(({ name }) => name !== plan.cloud.redisGivenUp);
  return kept.flatMap(({ name, tier }) => {
    if (wanted.includes(name)) return when(tier !== TIER, tierProblem({ plan, name, tier }));
    const way = waysToKeep(plan).find(({ names }) => names.includes(name));
    return way === undefined ? [] : [replaced({ plan, name, way })];
  });
};

type Way = { redis: CloudPlan["cloud"]["redis"]; redisTls: boolean; names: readonly string[] };

/** The instances that the same systems would have by other settings. */
const waysToKeep = (plan: CloudPlan): Way[] =>
  (["shared", "perSystem"] as const).flatMap((redis) =>
    [true, false].map((redisTls) => {
      const names = redisServersOf({ ...plan, cloud: { ...plan.cloud, redis, redisTls } }).map(({ name }) => name);
      return { redis, redisTls, names };
    }),
  );

const replaced = ({ plan: { stack, cloud }, name, way }: { plan: CloudPlan; name: string; way: Way }): Problem => {
  const set = (key: string, value: string): string => curedBy({ stack, key, value }).cure;
  const keep = [
    ...when(way.redis !== cloud.redis, set("fleet:redis", way.redis)),
    ...when(way.redisTls !== cloud.redisTls, set("fleet:redisTls", String(way.redisTls))),
  ];
  return {
    path: `redis ${name}`,
    message: `is deployed ${way.redisTls ? "with" : "without"} TLS ${way.redis === "shared" ? "for all systems" : "for one system"}, and these settings put another in its place: what is in it (cache, limits, waiting messages) would be deleted`,
    cure: `keep it as it is: ${keep.join(" && ")}; or move, in a quiet hour: ${giveUp(stack, name)}`,
  };
};

const tierProblem = ({ plan: { stack }, name, tier }: { plan: CloudPlan; name: string; tier: string }): Problem => ({
  path: `redis ${name}`,
  message: `has the tier ${tier}, and this program makes ${TIER}: it would be replaced by an empty one`,
  cure: `bring it back to ${TIER}, or give up what is in it: ${giveUp(stack, name)}`,
});

const giveUp = (stack: string, name: string): string => curedBy({ stack, key: "fleet:redisGivenUp", value: name }).cure;
