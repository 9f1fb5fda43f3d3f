import { createGunzip, createGzip } from "node:zlib";
import type { DataEngine, Script } from "./data-engine";
import type { Unit } from "./units";

/**
 * MariaDB. A database has no new name to take, but one RENAME TABLE moves any number of tables between databases, and
 * since 10.6 a crash in it undoes all of them. Views, triggers and routines do not move so: a database that has any is
 * refused when it is dumped.
 *
 * A dump is a program. It runs as a user who may make and fill tables of the fresh database and nothing else: no trigger,
 * routine, view or event can be in it, and no file of the server or of the client is read or written.
 */
export const mariadb: DataEngine = {
  compress: createGzip,
  decompress: createGunzip,
  dump: (unit) => ({
    script: [
      LOGIN,
      `others=$(${CLIENT} -N -B -e "${countOthers}")`,
      `[ "$others" = 0 ] || { echo "it has $others views, triggers or routines, which a restore could not move" >&2; exit 1; }`,
      `exec mariadb-dump -h 127.0.0.1 -u root --single-transaction --quick --hex-blob "$DATABASE"`,
    ].join("\n"),
    env: namesOf(unit),
  }),
  prepare: (unit) =>
    sql(unit, [
      "DROP DATABASE IF EXISTS `$FRESH`;",
      "DROP DATABASE IF EXISTS `$BEFORE`;",
      "DROP USER IF EXISTS `$LOADER`;",
      "CREATE DATABASE `$FRESH` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
      "CREATE DATABASE `$BEFORE` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
    ]),
  load: (unit) => ({ script: LOAD, env: namesOf(unit) }),
  empty: () => ({ script: ":", env: {} }),
  swap: (unit) =>
    sql(unit, [
      "CREATE DATABASE IF NOT EXISTS `$DATABASE` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
      "SET lock_wait_timeout = 30, group_concat_max_len = 1048576, foreign_key_checks = 0;",
      `SELECT GROUP_CONCAT(CONCAT('\`', table_schema, '\`.', quoted, ' TO \`', IF(table_schema = '$FRESH', '$DATABASE', '$BEFORE'), '\`.', quoted) ORDER BY table_schema = '$FRESH' SEPARATOR ', ') INTO @moves FROM (SELECT table_schema, CONCAT('\`', REPLACE(table_name, '\`', '\`\`'), '\`') AS quoted FROM information_schema.tables) AS named WHERE table_schema IN ('$DATABASE', '$FRESH');`,
      "EXECUTE IMMEDIATE IF(@moves IS NULL, 'DO 0', CONCAT('RENAME TABLE ', @moves));",
    ]),
  finish: (unit) => sql(unit, ["DROP DATABASE IF EXISTS `$BEFORE`;", "DROP DATABASE IF EXISTS `$FRESH`;"]),
};

const LOGIN = 'export MYSQL_PWD="$MARIADB_ROOT_PASSWORD"';
const CLIENT = "mariadb -h 127.0.0.1 -u root";

/** The password is for these moments alone; it is in no argument. In a grant, `_` stands for any character. */
const LOAD = `
${LOGIN}
password=$(head -c 24 /dev/urandom | base64)
trap '${CLIENT} -e "DROP USER \\\`$LOADER\\\`"' EXIT
${CLIENT} <<SQL
CREATE USER \\\`$LOADER\\\` IDENTIFIED BY '$password';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, LOCK TABLES ON \\\`$PATTERN\\\`.* TO \\\`$LOADER\\\`;
SQL
MYSQL_PWD=$password mariadb --no-defaults --sandbox --local-infile=0 -h 127.0.0.1 -u "$LOADER" "$FRESH"`;

const countOthers = [
  "SELECT (SELECT COUNT(*) FROM information_schema.views WHERE table_schema = '$DATABASE')",
  "(SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = '$DATABASE')",
  "(SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = '$DATABASE')",
].join(" + ");

/** The names come from the catalogue, which takes only lower-case words. */
const sql = (unit: Unit, statements: readonly string[]): Script => {
  const names = namesOf(unit);
  const text = statements.join("\n").replace(/\$([A-Z]+)/g, (whole, name: string) => names[name] ?? whole);
  return { script: `${LOGIN}\nexec ${CLIENT} <<'SQL'\n${text}\nSQL`, env: names };
};

const namesOf = ({ database }: Unit): Record<string, string> => ({
  DATABASE: database,
  FRESH: `${database}__fresh`,
  BEFORE: `${database}__before`,
  LOADER: `${database}__loader`,
  PATTERN: `${database}__fresh`.replaceAll("_", "\\_"),
});
