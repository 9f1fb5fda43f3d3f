import { invalidArgument, notRehearsed } from "../../errors";
import { own } from "../../own";
import { mysql as mysqlServer } from "../../realise/mysql";
import { postgres as postgresServer } from "../../realise/postgres";
import type { ServerEngine, SqlDatabase } from "../../realise/sql-engine";
import { mysqlFlags, postgresFlags, type Listed } from "./flags/flags";
import type { Settings } from "./settings";
import type { Tier } from "./tiers";

/** What differs between the engines of Cloud SQL, in words of its API. */
export type SqlEngine = {
  server: ServerEngine;
  /** Its versions that Google has. */
  versions: readonly string[];
  /** The user that every instance has. */
  root: string;
  /** The databases that every instance has, as the API tells of them. */
  databases: readonly SqlDatabase[];
  /** The names that no user gets. */
  reserved: readonly string[];
  /** The host of a user that names none; empty where users have no hosts. */
  anywhere: string;
  /** The edition of an instance that names none. */
  edition: (version: number) => string;
  /** Machine types besides the shared and the custom ones. */
  machineTypes: Record<string, number>;
  /** max_connections where nobody sets it. */
  connections: (tier: Tier) => number;
  flags: Listed;
  /** The server's settings that follow from others than its flags. */
  flagsOf: (of: { settings: Settings; tier: Tier }) => Record<string, string>;
  /** The setting of backups that it does not have, and the one that needs backups. */
  log: { foreign: string; own: string };
  /** The charset and collation of a database that names none, or one of them. @throws ApiError 400 */
  encoding: (of: { charset?: string; collation?: string }) => { charset: string; collation: string };
  /** Whether a database's encoding can change. */
  recodes: boolean;
  alreadyExists: (database: string) => string;
  /** Whether the server takes the data of an older version over. */
  upgrades: boolean;
};

const postgres: SqlEngine = {
  server: postgresServer,
  versions: [10, 11, 12, 13, 14, 15, 16, 17, 18].map((version) => `POSTGRES_${version}`),
  root: "postgres",
  databases: [{ name: "postgres", charset: "UTF8", collation: "en_US.UTF8" }],
  reserved: ["cloudsqladmin"],
  anywhere: "",
  edition: (version) => (version >= 16 ? "ENTERPRISE_PLUS" : "ENTERPRISE"),
  machineTypes: {},
  // https://cloud.google.com/sql/docs/postgres/flags#postgres-m
  connections: ({ memoryMb }) => POSTGRES_CONNECTIONS.find(([gib]) => memoryMb >= gib * 1024)?.[1] ?? 25,
  flags: postgresFlags,
  flagsOf: () => ({}),
  log: { foreign: "binaryLogEnabled", own: "pointInTimeRecoveryEnabled" },
  encoding: ({ charset = "UTF8", collation = "en_US.UTF8" }) => {
    if (charset.toUpperCase() !== "UTF8" || !/^en_US\.UTF-?8$/i.test(collation))
      throw invalidArgument(
        `Invalid request: charset ${charset} and collation ${collation} are not supported; Postgres databases take UTF8 and en_US.UTF8 at creation.`,
      );
    return { charset, collation };
  },
  recodes: false,
  alreadyExists: (database) => `pq: database "${database}" already exists.`,
  upgrades: false,
};

const POSTGRES_CONNECTIONS: [gib: number, connections: number][] = [
  [120, 1000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [6, 200],
  [3.75, 100],
  [1, 50],
];

const mysql: SqlEngine = {
  server: mysqlServer,
  versions: ["8_0", "8_4"].map((version) => `MYSQL_${version}`),
  root: "root",
  databases: [
    { name: "information_schema", charset: "utf8mb3", collation: "utf8mb3_general_ci" },
    ...["mysql", "performance_schema", "sys"].map((name) => ({
      ...{ name, charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci" },
    })),
  ],
  reserved: ["cloudsqladmin", "cloudsqlsuperuser", "mysql.infoschema", "mysql.session", "mysql.sys"],
  anywhere: "%",
  edition: (version) => (version >= 8.4 ? "ENTERPRISE_PLUS" : "ENTERPRISE"),
  // MiB for each CPU.
  machineTypes: { "n1-standard": 3840, "n1-highmem": 6656 },
  // https://cloud.google.com/sql/docs/mysql/quotas#cloud-sql-for-mysql-connection-limits
  connections: ({ memoryMb }) => (memoryMb < 1024 ? 250 : memoryMb < 2048 ? 1000 : 4000),
  flags: mysqlFlags,
  flagsOf: ({ settings: { backupConfiguration }, tier }) => ({
    // https://cloud.google.com/sql/docs/mysql/flags: off below 12 GB of memory.
    performance_schema: tier.memoryMb < 12 * 1024 ? "off" : "on",
    ...(backupConfiguration?.["binaryLogEnabled"] !== true && { skip_log_bin: "" }),
  }),
  log: { foreign: "pointInTimeRecoveryEnabled", own: "binaryLogEnabled" },
  encoding: ({ collation, charset = collation?.split("_")[0] ?? "utf8mb4" }) => {
    const usual = collation ?? own(MYSQL_COLLATIONS, charset);
    if (usual === undefined) throw notRehearsed(`a database with charset ${charset} and no collation is`);
    return { charset, collation: usual };
  },
  recodes: true,
  alreadyExists: (database) => `Error 1007: Can't create database '${database}'; database exists.`,
  upgrades: true,
};

/** The usual collations of charsets. */
const MYSQL_COLLATIONS: Record<string, string> = {
  latin1: "latin1_swedish_ci",
  utf8: "utf8mb3_general_ci",
  utf8mb3: "utf8mb3_general_ci",
  utf8mb4: "utf8mb4_0900_ai_ci",
};

export const ENGINES: readonly SqlEngine[] = [postgres, mysql];

/** An engine and its version, as a number (15, 8.4) and as images have it ("15", "8.0.36"). */
export type Versioned = { engine: SqlEngine; number: number; version: string };

/** @throws ApiError 501 for what is none that runs here */
export const engineOf = (databaseVersion: string): Versioned => {
  const [, postgresMajor] = /^POSTGRES_(\d+)$/.exec(databaseVersion) ?? [];
  if (postgresMajor) return { engine: postgres, number: Number(postgresMajor), version: postgresMajor };
  const [, ...parts] = /^MYSQL_([89]|\d\d)_(\d+)(?:_(\d+))?$/.exec(databaseVersion) ?? [];
  const version = parts.filter(Boolean).join(".");
  if (version) return { engine: mysql, number: Number.parseFloat(version), version };
  throw notRehearsed(`${databaseVersion || "an instance without databaseVersion"} is`);
};
