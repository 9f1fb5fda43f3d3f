import type { DataEngine, Script } from "./data-engine";
import type { Unit } from "./units";

/**
 * Postgres and PostGIS. A database can be renamed, two of them in one transaction: the fresh one takes the old one's
 * place at its commit. The server's image trusts the loopback.
 */
export const postgres: DataEngine = {
  dump: (unit) => ({
    script: `exec pg_dump -h 127.0.0.1 -U postgres --format=custom --no-password "$DATABASE"`,
    env: namesOf(unit),
  }),
  prepare: (unit) =>
    sql(unit, [
      `DROP DATABASE IF EXISTS :"fresh" WITH (FORCE);`,
      `DROP DATABASE IF EXISTS :"before" WITH (FORCE);`,
      `CREATE DATABASE :"fresh" OWNER :"owner" TEMPLATE template0;`,
      `REVOKE ALL ON DATABASE :"fresh" FROM PUBLIC;`,
    ]),
  load: (unit) => ({
    script: [
      `pg_restore -h 127.0.0.1 -U postgres --no-password --exit-on-error --dbname="$FRESH"`,
      `${PSQL} -d "$FRESH" -c ANALYZE`,
    ].join("\n"),
    env: namesOf(unit),
  }),
  empty: (unit) => ({
    script: [
      ":",
      ...(unit.extensions ?? []).map((name) => `${PSQL} -d "$FRESH" -c 'CREATE EXTENSION IF NOT EXISTS ${name}'`),
    ].join("\n"),
    env: namesOf(unit),
  }),
  swap: (unit) => ({ script: SWAP, env: namesOf(unit) }),
  finish: (unit) => sql(unit, [`DROP DATABASE IF EXISTS :"before" WITH (FORCE);`]),
};

const PSQL = "psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres";
const VARIABLES = '-v database="$DATABASE" -v fresh="$FRESH" -v before="$BEFORE" -v owner="$OWNER"';

const sql = (unit: Unit, statements: readonly string[]): Script => ({
  script: `exec ${PSQL} ${VARIABLES} -d postgres <<'SQL'\n${statements.join("\n")}\nSQL`,
  env: namesOf(unit),
});

const namesOf = ({ database, owner = "postgres" }: Unit): Record<string, string> => ({
  DATABASE: database,
  FRESH: `${database}__fresh`,
  BEFORE: `${database}__before`,
  OWNER: owner,
});

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
ALTER DATABASE :"database" RENAME TO :"before";
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
