import * as pulumi from "@pulumi/pulumi";
import type { PlannedDatastore } from "../../plan/plan";
import type { Mariadb, Postgres } from "../../catalogue/vocabulary";
import type { SecretSource } from "../../outputs";
import { PSQL, REFRESH_COLLATIONS, REFRESH_SERVER } from "./collations";
import { GUARDED } from "./messaging-guard";

/** A script for a shell in the server's container, and the full names of the secrets by the variables that hold them. */
type ReadyStep = { script: string; secrets: Readonly<Record<string, string>> };

/**
 * Makes a server ready: the step waits until the server takes connections, and brings databases, users and passwords of
 * an existing data folder to what the plan says. The images' own variables act only on an empty one, and Docker's health
 * check first asks after a whole interval.
 */
export const readyStep = (datastore: PlannedDatastore): ReadyStep => {
  switch (datastore.engine) {
    case "postgres":
    case "postgis":
      return {
        script: [
          until("pg_isready -q -h 127.0.0.1 -U postgres"),
          REFRESH_SERVER,
          `${PSQL} -d postgres <<'SQL'\n${postgresSql(datastore)}\nSQL`,
        ].join("\n"),
        secrets: {
          SUPERUSER_PASSWORD: datastore.superuserPassword,
          ...Object.fromEntries(datastore.databases.map(({ password }, index) => [`PASSWORD_${index}`, password])),
        },
      };
    case "mariadb":
      return {
        script: [until("mariadb -h 127.0.0.1 -u root -e 'SELECT 1' >/dev/null 2>&1"), UPGRADE_MARIADB].join("\n"),
        secrets: { MYSQL_PWD: datastore.rootPassword },
      };
    case "redis":
      return { script: until('[ "$(redis-cli -h 127.0.0.1 ping 2>&1)" = PONG ]'), secrets: {} };
    case "messaging":
      return {
        script: [until("curl -fs http://127.0.0.1:4566/_localstack/health >/dev/null"), GUARDED].join("\n"),
        secrets: {},
      };
  }
};

/** Asks ten times a second for a minute. */
const until = (ask: string): string =>
  `tries=0; until ${ask}; do tries=$((tries+1)); [ $tries -lt 600 ] || { echo 'the server took no connection for a minute; see its own log'; exit 1; }; sleep 0.1; done`;

/** The system tables of another minor version; the server notes the version that it was done for. */
const UPGRADE_MARIADB = `
upgrade="mariadb-upgrade -h 127.0.0.1 -u root"
! $upgrade --check-if-upgrade-is-needed >/dev/null 2>&1 || $upgrade --silent`;

const postgresSql = ({ engine, databases }: Pick<Postgres, "engine" | "databases">): string =>
  [
    "\\set password `printenv SUPERUSER_PASSWORD`",
    "ALTER ROLE postgres PASSWORD :'password';",
    ...databases.flatMap(({ name, user, extensions = [] }, index) => [
      ...connect({ database: "postgres" }),
      `\\set user ${user}`,
      `\\set database ${name}`,
      `\\set password \`printenv PASSWORD_${index}\``,
      "SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \\gexec",
      `ALTER ROLE :"user" LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD :'password';`,
      "SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'user') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec",
      `REVOKE ALL ON DATABASE :"database" FROM PUBLIC;`,
      // A user that was renamed in the catalogue takes over what the one before owned.
      `SELECT pg_get_userbyid(datdba) AS owner, pg_get_userbyid(datdba) NOT IN ('postgres', :'user') AS renamed FROM pg_database WHERE datname = :'database' \\gset`,
      ...connect({ database: name }),
      REFRESH_COLLATIONS,
      "\\if :renamed",
      `REASSIGN OWNED BY :"owner" TO :"user";`,
      "\\endif",
      `ALTER DATABASE :"database" OWNER TO :"user";`,
      ...extensionsSql({ database: name, extensions }),
    ]),
    ...(engine === "postgis" ? POSTGIS_TEMPLATE : []),
  ].join("\n");

/** A session of its own; without `path`, names mean the system's. */
const connect = ({ database, path = "pg_catalog" }: { database: string; path?: string }): string[] => [
  `\\setenv PGOPTIONS '-c search_path=${path}'`,
  `\\connect -reuse-previous=off "${database}" postgres 127.0.0.1`,
];

/** Makes extensions, and brings these and the superuser's own to the version of the image's files, if these know the way. */
const extensionsSql = ({ database, extensions }: { database: string; extensions: readonly string[] }): string[] => [
  ...connect({ database, path: "public" }),
  ...extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${extension};`),
  // As postgis_extensions_upgrade() does it, which a database's owner could put another function in the place of.
  `SELECT pg_catalog.format('ALTER EXTENSION %I UPDATE', extname)
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_available_extensions ON name = extname, pg_catalog.pg_extension_update_paths(extname)
WHERE (extowner = '10' OR extname = ANY ('{${extensions.join()}}')) AND source = extversion AND target = default_version
  AND source <> target AND path IS NOT NULL
ORDER BY e.oid \\gexec`,
];

/** PostGIS's own image has this template: whoever may create databases may make one with PostGIS of it, as Django's tests do. */
const POSTGIS_TEMPLATE = [
  ...connect({ database: "postgres" }),
  "SELECT 'CREATE DATABASE template_postgis IS_TEMPLATE true' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'template_postgis') \\gexec",
  ...extensionsSql({ database: "template_postgis", extensions: ["postgis"] }),
];

/**
 * The file that MariaDB runs at every start (`--init-file`, one statement a line), as its superuser and whatever the
 * root password was. While the image's first boot has not made its users yet, every line does nothing.
 */
export const mariadbInitFile = (
  { databases, rootPassword }: Pick<Mariadb, "databases" | "rootPassword">,
  secretOf: SecretSource,
): pulumi.Output<string> =>
  pulumi
    .all([secretOf(rootPassword), ...databases.map(({ password }) => secretOf(password))])
    .apply(([root = "", ...passwords]) => mariadbRolesSql(databases, root, passwords));

/** `passwords` in the order of the databases. */
const mariadbRolesSql = (databases: Mariadb["databases"], root: string, passwords: readonly string[]): string => {
  const statements = [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY ${sqlText(root)}, 'root'@'%' IDENTIFIED BY ${sqlText(root)}`,
    ...databases.flatMap(({ name, user }, index) => [
      `CREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
      `CREATE USER IF NOT EXISTS '${user}'@'%'`,
      `ALTER USER '${user}'@'%' IDENTIFIED BY ${sqlText(passwords[index] ?? "")}`,
      `GRANT ALL ON \`${name}\`.* TO '${user}'@'%'`,
      // Django's tests make a database of their own beside it; on several processors, one more for each (`..._gw0`).
      `GRANT ALL ON \`test\\_${name}%\`.* TO '${user}'@'%'`,
    ]),
  ];
  return [askInitialised, ...statements.map(onceInitialised)].map((line) => `${line};\n`).join("");
};

/** Both users of root are there only once the image's first boot is done with its own statements about them. */
const askInitialised = "SELECT COUNT(*) INTO @initialised FROM mysql.global_priv WHERE User = 'root' AND Host = '%'";

const onceInitialised = (statement: string): string =>
  `EXECUTE IMMEDIATE IF(@initialised > 0, ${sqlText(statement)}, 'DO 0')`;

const sqlText = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
