import type { PlannedDatastore } from "../../plan/plan";

/** The official image of each engine, or that it is made on (postgis.ts). Debian's (glibc), not Alpine's: en_US.UTF-8 sorts as on Cloud SQL. */
const imageOf: Record<PlannedDatastore["engine"], (version: string) => string> = {
  postgres: (version) => `postgres:${version}-bookworm`,
  postgis: (version) => `postgres:${version}-bookworm`,
  mariadb: (version) => `mariadb:${version}`,
  redis: (version) => `redis:${version}-bookworm`,
  messaging: (version) => `localstack/localstack:${version}`,
};

/** A datastore's official image, or the one that its own is made on, without the prefix of a mirror. */
export const datastoreImage = ({ engine, version }: Pick<PlannedDatastore, "engine" | "version">): string =>
  imageOf[engine](version);

/**
 * The format of a data folder: `postgres 15 glibc`. Kept as a label of the volume; another major version cannot read the
 * files, another C library sorts text differently and breaks indices.
 */
export const dataFormat = ({ engine, version }: Pick<PlannedDatastore, "engine" | "version">): string => {
  const image = datastoreImage({ engine, version });
  const family = engine === "postgis" ? "postgres" : engine;
  return `${family} ${Number.parseInt(version, 10)} ${image.includes("alpine") ? "musl" : "glibc"}`;
};

/** The folders in which the Dockerfile expects a service's code and the shared chassis. */
export const APP_FOLDER = "/srv/app";
export const CHASSIS_FOLDER = "/srv/chassis";
export const CACHE_FOLDER = "/home/django/.cache";
