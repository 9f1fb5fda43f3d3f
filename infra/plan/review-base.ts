import { connectionsOfAll } from "./budget";
import { isPostgres, type CloudPlan, type PlannedDatastore } from "./plan";
import { serversOf } from "./servers";

/**
 * The plan of the stack that reviews share, from the one that it would have as a single review: the servers alone, large
 * enough for as many reviews as there may be at once. Each review brings its own databases, users and services.
 */
export const baseOfReviews = (plan: CloudPlan): CloudPlan => ({
  ...plan,
  datastores: new Map([...plan.datastores].map(([id, datastore]) => [id, withoutDatabases(datastore)])),
  images: new Map(),
  services: new Map(),
  resting: [],
  cloud: { ...plan.cloud, databaseConnections: plan.cloud.databaseConnections || mostWanted(plan) },
});

const withoutDatabases = (datastore: PlannedDatastore): PlannedDatastore =>
  "databases" in datastore ? { ...datastore, databases: [] } : datastore;

const mostWanted = (plan: CloudPlan): number =>
  Math.max(
    0,
    ...serversOf(plan)
      .filter(({ datastores: [first] }) => isPostgres(first))
      .map((server) => connectionsOfAll({ plan, server, stacks: plan.cloud.reviews })),
  );
