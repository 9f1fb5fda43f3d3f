import { isPostgres, type CloudPlan, type PlannedDatastore } from "../../plan/plan";

/** The versions of Google's managed servers, for each engine; messaging is AWS's own. */
const managedVersion: Record<PlannedDatastore["engine"], (version: string) => string> = {
  postgres: (version) => `POSTGRES_${Number.parseInt(version, 10)}`,
  postgis: (version) => `POSTGRES_${Number.parseInt(version, 10)}`,
  // Cloud SQL has no MariaDB: its Django app uses nothing that MySQL 8 lacks. 8.0 is out of regular support since 2026-07-01.
  mariadb: () => "MYSQL_8_4",
  redis: (version) => `REDIS_${Number.parseInt(version, 10)}_0`,
  messaging: () => "AWS",
};

/** The version of a datastore, in Google's words: `POSTGRES_15`. */
export const databaseVersion = ({ engine, version }: Pick<PlannedDatastore, "engine" | "version">): string =>
  managedVersion[engine](version);

type Versioned = {
  datastore: PlannedDatastore;
  cloud: Pick<CloudPlan["cloud"], "mysqlVersion">;
  /** That of the instance that the stack has. */
  deployed: string | undefined;
};

/** The version of a Cloud SQL instance: Postgres's is the catalogue's; MySQL's the setting's, else the deployed one's. */
export const sqlVersion = ({ datastore, cloud: { mysqlVersion }, deployed }: Versioned): string =>
  isPostgres(datastore) ? databaseVersion(datastore) : (mysqlVersion ?? deployed ?? databaseVersion(datastore));
