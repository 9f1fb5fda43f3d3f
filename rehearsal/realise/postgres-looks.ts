import { identifier, literal } from "./postgres-sql";
import { LOOKS_INTO, type Looks } from "./sql-engine";

/** The locks that writers, or readers too, wait for: https://www.postgresql.org/docs/15/explicit-locking.html */
const KEEPS_OUT = ["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"];

const milliseconds = (since: string): string => `round(extract(epoch FROM clock_timestamp() - ${since}) * 1000)`;

/** psql runs each line of what it was given for \gexec. Pure text. */
export const looks: Looks = {
  into: (database) => `\\connect ${identifier(database)}\nSELECT ${literal(LOOKS_INTO)}, ${literal(database)};`,
  rows: `SELECT format('SELECT %L, count(*) FROM %I.%I', CASE schemaname WHEN 'public' THEN '' ELSE schemaname || '.' END || relname, schemaname, relname) FROM pg_stat_user_tables ORDER BY relname \\gexec`,
  migrations: `SELECT 'SELECT app, name, round(extract(epoch FROM applied) * 1000) FROM django_migrations ORDER BY id' WHERE to_regclass('django_migrations') IS NOT NULL \\gexec`,
  locks: `SELECT json_build_object('kind', 'held', 'pid', l.pid, 'mode', l.mode, 'table', c.relname, 'ms', ${milliseconds("a.xact_start")}, 'query', left(a.query, 300))
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p') JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND l.mode IN (${KEEPS_OUT.map((mode) => `'${mode}'`).join(", ")}) AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND c.relnamespace <> 'pg_catalog'::regnamespace;
SELECT json_build_object('kind', 'waits', 'pid', l.pid, 'ms', max(${milliseconds("l.waitstart")}), 'query', left(a.query, 300), 'blockers', pg_blocking_pids(l.pid))
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted AND a.datname = current_database() GROUP BY l.pid, a.query;`,
};
