/**
 * The superuser's client of Postgres in its container. The image trusts 127.0.0.1. A service may give its database any
 * search path, and put a function of its own before the system's: names are looked up in the system's schema alone.
 */
export const PSQL = "PGOPTIONS='-c search_path=pg_catalog' psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres";

/**
 * Text is sorted by the C library and by ICU, and an index holds on to the order of the version that it was made under.
 * Postgres 15 and newer record that version for each database and collation; another image can have another one. Then the
 * indices of the session's database are made anew, and only after that is the version recorded, so that a step which was
 * cut off runs again. REINDEX runs a database's functions as the tables' owners. The catalogues are updated as initdb
 * does it: REFRESH COLLATION VERSION refuses where one side has no version (musl). The default collation's version is the
 * database's.
 */
export const REFRESH_COLLATIONS = `SELECT current_setting('server_version_num')::int >= 150000 AS has_versions \\gset
\\if :has_versions
SELECT datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid) OR EXISTS (
  SELECT FROM pg_index, unnest(indcollation) used JOIN pg_collation c ON c.oid = used
  WHERE indrelid >= 16384 AND collprovider <> 'd' AND collversion IS DISTINCT FROM pg_collation_actual_version(c.oid)
) AS stale FROM pg_database d WHERE datname = current_database() \\gset
\\if :stale
SELECT format('REINDEX DATABASE %I', current_database()) \\gexec
UPDATE pg_collation SET collversion = pg_collation_actual_version(oid) WHERE collprovider <> 'd';
UPDATE pg_database SET datcollversion = pg_database_collation_actual_version(oid) WHERE datname = current_database();
\\endif
\\endif`;

/**
 * The same for every database of the server that is behind, templates included: a new database is made of template1, and
 * is refused while that has another version.
 */
export const REFRESH_SERVER = `
behind() {
  ${PSQL} -At -d postgres <<'SQL'
SELECT current_setting('server_version_num')::int >= 150000 AS has_versions \\gset
\\if :has_versions
SELECT datname FROM pg_database WHERE datallowconn AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid);
\\endif
SQL
}
databases=$(behind)
[ -z "$databases" ] || printf '%s\\n' "$databases" | while IFS= read -r database; do
  PGDATABASE=$database ${PSQL} <<'SQL'
${REFRESH_COLLATIONS}
SQL
done`;
