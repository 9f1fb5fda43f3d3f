import { TRUSTED } from "./extensions";
import type { SqlDatabase, SqlUser } from "./sql-engine";

/** The SQL by which a Postgres server gets Cloud SQL's roles, users and databases. Pure text. */

/** "name", for use where SQL wants an identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** 'value', whatever is in it; a null character is all that Postgres cannot hold. */
export const literal = (value: string): string => `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The role of everybody who may do what Cloud SQL calls administering: https://cloud.google.com/sql/docs/postgres/roles-and-permissions */
export const SUPERUSER = "cloudsqlsuperuser";
/** The user that every instance has. */
export const ROOT = "postgres";

const roleIfMissing = (name: string, attributes: string): string =>
  `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(name)}) THEN CREATE ROLE ${identifier(name)} ${attributes}; END IF; END $$;`;

/** The roles of a new instance. They are not superuser, but may make roles and databases and see all activity. */
export const createRoles = [
  roleIfMissing(SUPERUSER, "CREATEDB CREATEROLE"),
  `GRANT pg_monitor, pg_signal_backend, pg_read_all_settings, pg_read_all_stats TO ${SUPERUSER};`,
  roleIfMissing(ROOT, "LOGIN CREATEDB CREATEROLE"),
  `GRANT ${SUPERUSER} TO ${ROOT};`,
].join("\n");

/**
 * Refuses extensions that Postgres itself does not trust to whoever is no member of cloudsqlsuperuser, in this database and in
 * those that are made of it. It looks at what was made: to ask for one that is there already is nobody's privilege.
 */
export const guardExtensions = `CREATE OR REPLACE FUNCTION pg_catalog.cloudsql_guard_extensions() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT pg_has_role(current_user, '${SUPERUSER}', 'MEMBER') AND EXISTS (SELECT FROM pg_event_trigger_ddl_commands() JOIN pg_catalog.pg_extension e ON e.oid = objid WHERE command_tag = 'CREATE EXTENSION' AND extname NOT IN (${TRUSTED.map(literal).join(", ")})) THEN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied to create extension', HINT = 'Must be a member of ${SUPERUSER} to create this extension.';
  END IF;
END $$;
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'cloudsql_guard_extensions') THEN
  CREATE EVENT TRIGGER cloudsql_guard_extensions ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION pg_catalog.cloudsql_guard_extensions();
END IF; END $$;`;

/**
 * A user as the API makes it: with cloudsqlsuperuser and its attributes, unless roles are given.
 * A second time it is changed to be so.
 */
export const putUser = ({ name, password, roles, revoke }: SqlUser): string => {
  const user = identifier(name);
  const own = roles && roles.length > 0;
  return [
    roleIfMissing(name, `LOGIN${own ? "" : " CREATEDB CREATEROLE"}`),
    password === undefined ? "" : `ALTER ROLE ${user} PASSWORD ${literal(password)};`,
    revoke ? revokeAll(name) : "",
    revoke && own ? `ALTER ROLE ${user} NOCREATEDB NOCREATEROLE;` : "",
    own ? `GRANT ${roles.map(identifier).join(", ")} TO ${user};` : "",
    roles === undefined || (revoke && !own) ? `GRANT ${SUPERUSER} TO ${user};` : "",
  ]
    .filter(Boolean)
    .join("\n");
};

/** Postgres refuses while the user owns something. */
export const dropUser = ({ name }: Pick<SqlUser, "name">): string => `DROP ROLE IF EXISTS ${identifier(name)};`;

/** Owned by cloudsqlsuperuser, and open to everybody's connection, as the API makes it. */
export const createDatabase = ({ name }: SqlDatabase): string =>
  `SELECT ${literal(`CREATE DATABASE ${identifier(name)} OWNER ${SUPERUSER} ENCODING 'UTF8'`)} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(name)}) \\gexec`;

/** Postgres changes neither charset nor collation. */
export const alterDatabase = (): string => "";

/** Postgres refuses while somebody is connected. */
export const dropDatabase = (name: string): string => `DROP DATABASE IF EXISTS ${identifier(name)};`;

const revokeAll = (name: string): string =>
  `DO $$ DECLARE held name; BEGIN FOR held IN SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = ${literal(name)} LOOP EXECUTE format('REVOKE %I FROM %I', held, ${literal(name)}); END LOOP; END $$;`;
