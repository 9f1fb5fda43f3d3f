import type { SqlDatabase, SqlUser } from "./sql-engine";

/** The SQL by which a MySQL server gets Cloud SQL's roles, users and databases. Pure text. */

/** Google's own superuser; root and every user made through the API have less. */
export const ADMIN = "cloudsqladmin";
/** The user that every instance has. */
export const ROOT = "root";
/** The role of everybody who may do what Cloud SQL calls administering. */
const SUPERUSER = "cloudsqlsuperuser";

/** What the role may do: https://cloud.google.com/sql/docs/mysql/users#cloudsqlsuperuser, without what only some versions have. */
const PRIVILEGES = [
  ...["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "RELOAD", "PROCESS", "REFERENCES", "INDEX", "ALTER"],
  ...["SHOW DATABASES", "CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE", "REPLICATION SLAVE"],
  ...["REPLICATION CLIENT", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "CREATE USER", "EVENT"],
  ...["TRIGGER", "CREATE ROLE", "DROP ROLE"],
].join(", ");

/** `name`, for use where SQL wants an identifier. */
export const identifier = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** 'value', whatever is in it. */
export const literal = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

const account = ({ name, host }: Pick<SqlUser, "name" | "host">): string => `${literal(name)}@${literal(host)}`;

/** The roles of a new instance. The image's own superuser has root's name: it goes once there is the other one. */
export const createRoles = [
  `DROP USER IF EXISTS root@localhost;`,
  `CREATE ROLE IF NOT EXISTS ${SUPERUSER};`,
  `GRANT ${PRIVILEGES} ON *.* TO ${SUPERUSER} WITH GRANT OPTION;`,
].join("\n");

/** A user whose roles are active from the beginning. */
export const putUser = ({ name, host, password, roles, revoke }: SqlUser): string => {
  const user = account({ name, host });
  const own = roles && roles.length > 0;
  const grant = (role: string): string => `GRANT ${literal(role)} TO ${user};`;
  return [
    `CREATE USER IF NOT EXISTS ${user};`,
    password === undefined ? "" : `ALTER USER ${user} IDENTIFIED BY ${literal(password)};`,
    revoke ? `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${user};` : "",
    revoke ? revokeRoles({ name, host }) : "",
    ...(own ? roles.map(grant) : []),
    roles === undefined || (revoke && !own) ? grant(SUPERUSER) : "",
    `SET DEFAULT ROLE ALL TO ${user};`,
  ]
    .filter(Boolean)
    .join("\n");
};

/** MySQL has no statement that revokes every role. */
const revokeRoles = ({ name, host }: { name: string; host: string }): string =>
  [
    `SELECT CONCAT('REVOKE ', GROUP_CONCAT(QUOTE(from_user), '@', QUOTE(from_host)), ' FROM ', ${literal(account({ name, host }))}) INTO @revoke FROM mysql.role_edges WHERE to_user = ${literal(name)} AND to_host = ${literal(host)};`,
    `SET @revoke = IFNULL(@revoke, 'DO 0'); PREPARE revoking FROM @revoke; EXECUTE revoking;`,
  ].join("\n");

export const dropUser = (user: Pick<SqlUser, "name" | "host">): string => `DROP USER IF EXISTS ${account(user)};`;

export const createDatabase = ({ name, charset, collation }: SqlDatabase): string =>
  `CREATE DATABASE IF NOT EXISTS ${identifier(name)} CHARACTER SET ${literal(charset)} COLLATE ${literal(collation)};`;

export const alterDatabase = ({ name, charset, collation }: SqlDatabase): string =>
  `ALTER DATABASE ${identifier(name)} CHARACTER SET ${literal(charset)} COLLATE ${literal(collation)};`;

export const dropDatabase = (name: string): string => `DROP DATABASE IF EXISTS ${identifier(name)};`;
