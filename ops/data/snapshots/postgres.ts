import { PSQL } from "../../../infra/targets/local/collations";
import type { DataEngine, Script } from "./data-engine";
import type { Unit } from "./units";

/**
 * Postgres and PostGIS. A database can be renamed, two of them in one transaction: the fresh one takes the old one's
 * place at its commit. The server's image trusts the loopback.
 *
 * A dump is a program. It runs as a role that owns the fresh database and nothing else on the server, so neither can a
 * hostile one run as the superuser nor touch what is there; the database's owner takes over all that it made.
 */
export const postgres: DataEngine = {
  dump: (unit) => ({
    script: `exec pg_dump -h 127.0.0.1 -U postgres --format=custom --no-password "$DATABASE"`,
    env: namesOf(unit),
  }),
  prepare: (unit) => sql(unit, [...MAKE, ...extensionsSql(unit.extensions ?? [])]),
  load: (unit) => ({ script: [FIND_OWNER, LOAD, HAND_OVER, LOAD_DEFAULT_RIGHTS].join("\n"), env: namesOf(unit) }),
  empty: (unit) => ({ script: [FIND_OWNER, HAND_OVER].join("\n"), env: namesOf(unit) }),
  swap: (unit) => ({ script: SWAP, env: namesOf(unit) }),
  finish: (unit) => sql(unit, [`DROP DATABASE IF EXISTS :"before" WITH (FORCE);`]),
};

const VARIABLES = '-v database="$DATABASE" -v fresh="$FRESH" -v before="$BEFORE" -v owner="$OWNER" -v loader="$LOADER"';

const psql = (statements: readonly string[]): string =>
  `${PSQL} ${VARIABLES} -d postgres <<'SQL'\n${statements.join("\n")}\nSQL`;

const sql = (unit: Unit, statements: readonly string[]): Script => ({ script: psql(statements), env: namesOf(unit) });

const namesOf = ({ database, owner = "" }: Unit): Record<string, string> => ({
  DATABASE: database,
  FRESH: `${database}__fresh`,
  BEFORE: `${database}__before`,
  LOADER: `${database}__loader`,
  OWNER: owner,
});

const MAKE = [
  `DROP DATABASE IF EXISTS :"fresh" WITH (FORCE);`,
  `DROP DATABASE IF EXISTS :"before" WITH (FORCE);`,
  `DROP ROLE IF EXISTS :"loader";`,
  `CREATE ROLE :"loader" LOGIN;`,
  `CREATE DATABASE :"fresh" OWNER :"loader" TEMPLATE template0;`,
  `REVOKE ALL ON DATABASE :"fresh" FROM PUBLIC;`,
];

/**
 * Only a superuser may make most extensions: those that the catalogue names, and those that the present database has,
 * are made while nothing of the dump is there. Rows that a dump adds to an extension's own tables (a spatial reference
 * system) need a right on them; the end of the loader takes it away.
 */
const extensionsSql = (wanted: readonly string[]): string[] => [
  `SELECT EXISTS (SELECT FROM pg_database WHERE datname = :'database') AS present \\gset`,
  "\\set names '{}'",
  "\\set schemas '{}'",
  "\\if :present",
  `\\connect :"database"`,
  `SELECT coalesce(array_agg(extname ORDER BY e.oid), '{}') AS names, coalesce(array_agg(nspname ORDER BY e.oid), '{}') AS schemas FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE NOT EXISTS (SELECT FROM pg_available_extension_versions WHERE name = extname AND trusted) \\gset`,
  "\\endif",
  // Their own scripts come back to the session's path.
  "\\setenv PGOPTIONS '-c search_path=public'",
  `\\connect -reuse-previous=off :"fresh" postgres 127.0.0.1`,
  `SELECT DISTINCT format('CREATE SCHEMA IF NOT EXISTS %I', name) FROM unnest(:'schemas'::text[]) name \\gexec`,
  `SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I', name, schema) FROM unnest(:'names'::text[], :'schemas'::text[]) WITH ORDINALITY AS e (name, schema, place) ORDER BY place \\gexec`,
  ...wanted.map((name) => `CREATE EXTENSION IF NOT EXISTS ${name};`),
  `SELECT format(CASE relkind WHEN 'S' THEN 'GRANT USAGE, UPDATE ON SEQUENCE %s TO %I' ELSE 'GRANT INSERT ON %s TO %I' END, c.oid::regclass, :'loader'), format('GRANT USAGE ON SCHEMA %s TO %I', relnamespace::regnamespace, :'loader') FROM pg_extension, unnest(extconfig) config JOIN pg_class c ON c.oid = config \\gexec`,
];

/**
 * Left out of the dump's list is what only an extension's owner may do (its schema and its comment are there already),
 * and default rights, which belong to the database's owner.
 */
const LOAD = `
dump=$(mktemp)
trap 'rm -f "$dump" "$dump.list" "$dump.default"' EXIT
cat > "$dump"
SCHEMAS=$(${PSQL} -At -d "$FRESH" -c "SELECT nspname FROM pg_namespace WHERE nspname <> 'public'")
export SCHEMAS
pg_restore --list "$dump" | awk -v default_rights="$dump.default" '
  BEGIN { split(ENVIRON["SCHEMAS"], names, "\\n"); for (at in names) made[names[at]] }
  $4 == "SCHEMA" && $6 in made { next }
  $4 == "COMMENT" && $5 == "-" && ($6 == "EXTENSION" || $6 == "SCHEMA" && $7 in made) { next }
  $2 == 826 && $4 == "DEFAULT" && $5 == "ACL" { print > default_rights; next }
  { print }' > "$dump.list"
pg_restore -h 127.0.0.1 -U "$LOADER" --no-password --no-owner --exit-on-error --use-list="$dump.list" --dbname="$FRESH" "$dump"
psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$LOADER" -d "$FRESH" <<'SQL'
SET search_path = pg_catalog;
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND pg_get_userbyid(relowner) = current_user \\gexec
SQL`;

/** The database keeps its owner, unless that is a superuser: nothing that comes of a dump ever belongs to one. */
const FIND_OWNER = `
OWNER=$(${PSQL} ${VARIABLES} -At -d postgres <<'SQL'
SELECT coalesce((SELECT rolname FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE datname = :'database' AND NOT rolsuper), :'owner')
SQL
)`;

/** None of these statements runs anything that a database holds. Settings and rights of the present database stay. */
const HAND_OVER = psql([
  `\\connect :"fresh"`,
  `REASSIGN OWNED BY :"loader" TO :"owner";`,
  `DROP OWNED BY :"loader";`,
  `DROP ROLE :"loader";`,
  "BEGIN;",
  `DELETE FROM pg_db_role_setting USING pg_database d WHERE setdatabase = d.oid AND datname = :'fresh';`,
  `INSERT INTO pg_db_role_setting SELECT f.oid, setrole, setconfig FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase, pg_database f WHERE d.datname = :'database' AND f.datname = :'fresh';`,
  "COMMIT;",
  `SELECT format('GRANT %s ON DATABASE %I TO %s', privilege_type, :'fresh', grantee::regrole) FROM pg_database, aclexplode(datacl) WHERE datname = :'database' AND grantee NOT IN (0, datdba) \\gexec`,
]);

/** Only these statements, which run nothing, are taken from the dump for the owner. */
const LOAD_DEFAULT_RIGHTS = `
[ ! -f "$dump.default" ] || pg_restore --use-list="$dump.default" --file=- "$dump" |
  sed -nE "/^ALTER DEFAULT PRIVILEGES FOR ROLE [^;'\\\\]+ (GRANT|REVOKE) [^;'\\\\]+;$/p" |
  psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$OWNER" -d "$FRESH"`;

/**
 * A rename waits five seconds for the database's other sessions to end, and meanwhile lets no new one in; they are
 * ended beside it, again and again.
 */
const SWAP = `
end_sessions() {
  while :; do
    ${PSQL} ${VARIABLES} -d postgres >/dev/null <<'SQL' || true
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (:'database', :'fresh') AND pid <> pg_backend_pid();
SQL
    sleep 0.1
  done
}
swap() {
  ${PSQL} ${VARIABLES} -d postgres <<'SQL'
BEGIN;
SELECT format('ALTER DATABASE %I RENAME TO %I', datname, :'before') FROM pg_database WHERE datname = :'database' \\gexec
ALTER DATABASE :"fresh" RENAME TO :"database";
COMMIT;
SQL
}
end_sessions &
ending=$!
trap 'kill $ending || true' EXIT
tries=0
until swap; do tries=$((tries+1)); [ $tries -lt 5 ] || exit 1; done
`;
