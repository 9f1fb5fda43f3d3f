import type { PlannedDatastore } from "../../plan/plan";

/** The versions of Google's managed servers, for each engine; messaging is AWS's own. */
const managedVersion: Record<PlannedDatastore["engine"], (version: string) => string> = {
  postgres: (version) => `POSTGRES_${Number.parseInt(version, 10)}`,
  postgis: (version) => `POSTGRES_${Number.parseInt(version, 10)}`,
  // Cloud SQL has no MariaDB: its Django app uses nothing that MySQL 8 lacks.
  mariadb: () => "MYSQL_8_0",
  redis: (version) => `REDIS_${Number.parseInt(version, 10)}_0`,
  messaging: () => "AWS",
};

/** The version of a datastore, in Google's words: `POSTGRES_15`. */
export const databaseVersion = ({ engine, version }: Pick<PlannedDatastore, "engine" | "version">): string =>
  managedVersion[engine](version);
