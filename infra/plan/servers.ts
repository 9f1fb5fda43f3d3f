import { googleName } from "../naming";
import { logicalName } from "./ids";
import { isReview, reviewedRedisDatabase, serverStack } from "./review";
import { isPostgres, type CloudPlan, type NamedPlan, type PlannedDatastore } from "./plan";

/** A managed server, and the datastores of the plan that live on it. */
export type Server = {
  /** `postgres`, or `booking-postgres` where each system has its own. */
  id: string;
  /** Its name on Google Cloud. */
  name: string;
  /** At least one; all of one kind. */
  datastores: readonly [PlannedDatastore, ...PlannedDatastore[]];
};

/** The Cloud SQL instances of a plan: Postgres as fleet:sql says, and one for each MariaDB. */
export const serversOf = (plan: NamedPlan): Server[] => {
  const running = [...plan.datastores.values()].filter(({ runs }) => runs);
  const mariadbs = running.filter(({ engine }) => engine === "mariadb");
  return [
    ...split({ plan, of: running.filter(isPostgres), sharing: plan.cloud.sql, id: "postgres", kind: "sqlInstance" }),
    ...split({ plan, of: mariadbs, sharing: "perSystem", id: "mysql", kind: "sqlInstance" }),
  ];
};

/**
 * The Memorystore instances of a plan, as fleet:redis and fleet:redisTls say. One with TLS has a name of its own: it is made
 * beside the one without, which is deleted once nobody uses it any more.
 */
export const redisServersOf = (plan: NamedPlan): Server[] =>
  split({
    plan,
    of: [...plan.datastores.values()].filter(({ runs, engine }) => runs && engine === "redis"),
    sharing: plan.cloud.redis,
    id: "redis",
    ending: plan.cloud.redisTls ? ["tls"] : [],
    kind: "redisInstance",
  });

type Splitting = {
  plan: NamedPlan;
  of: readonly PlannedDatastore[];
  sharing: "shared" | "perSystem";
  id: string;
  /** What every name of them ends with. */
  ending?: readonly string[];
  kind: "sqlInstance" | "redisInstance";
};

const split = ({ plan, of: [first, ...rest], sharing, id, ending = [], kind }: Splitting): Server[] => {
  if (first === undefined) return [];
  const stack = serverStack(plan.stack, plan.cloud);
  const named = (base: string, parts: readonly string[]) => ({
    id: [base, ...ending].join("-"),
    name: googleName({ kind, stack, parts: [...parts, ...ending] }),
  });
  if (sharing === "shared") return [{ ...named(id, [id]), datastores: [first, ...rest] }];
  return [first, ...rest].map((datastore) => ({
    ...named(logicalName(datastore), [datastore.system, datastore.name]),
    datastores: [datastore],
  }));
};

/** Each server by the ids of its datastores. */
export const byDatastore = (servers: readonly Server[]): ReadonlyMap<string, Server> =>
  new Map(servers.flatMap((server) => server.datastores.map(({ id }) => [id, server] as const)));

/** The connection name of a Cloud SQL instance: `project:region:instance`. */
export const connectionName = ({ project, region }: CloudPlan["cloud"], instance: string): string =>
  `${project}:${region}:${instance}`;

/** Memorystore has 16 databases; each Redis datastore of the catalogue has four of a shared one, running or not. */
const DATABASES_EACH = 4;

type RedisPlace = { plan: CloudPlan; datastore: string; index: number };

/** The number, on its server, of a Redis datastore's database. */
export const redisDatabase = ({ plan, datastore, index }: RedisPlace): number => {
  if (isReview(plan.cloud)) return reviewedRedisDatabase({ plan, datastore, index });
  if (plan.cloud.redis === "perSystem") return index;
  const all = [...plan.datastores.values()].filter(({ engine }) => engine === "redis").map(({ id }) => id);
  return all.indexOf(datastore) * DATABASES_EACH + index;
};
