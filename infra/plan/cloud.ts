import type { Plan, PlannedDatastore } from "./make-plan";
import type { Database } from "../catalogue/vocabulary";
import type { CloudSettings } from "../settings/cloud";

/** A plan for the cloud: it says where. */
export type CloudPlan = Plan & { cloud: CloudSettings };

/** A datastore by its id; references were checked with the catalogue, what they name is there. */
export const datastoreOf = (id: string, { datastores }: Plan): PlannedDatastore =>
  datastores.find((datastore) => datastore.id === id) as PlannedDatastore;

/** A database of a datastore, by its name. */
export const databaseOf = (datastore: PlannedDatastore, name: string): Database => {
  const databases: readonly Database[] = "databases" in datastore ? datastore.databases : [];
  return databases.find((database) => database.name === name) as Database;
};

/** Whether a datastore of Postgres's kind (PostGIS is an extension of Cloud SQL's Postgres). */
export const isPostgres = ({ engine }: PlannedDatastore): boolean => engine === "postgres" || engine === "postgis";

/** What a Cloud SQL instance is called by those who connect to it. */
export const connectionName = ({ project, region }: CloudSettings, instance: string): string =>
  `${project}:${region}:${instance}`;
