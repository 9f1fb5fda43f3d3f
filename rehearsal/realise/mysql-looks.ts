import { identifier, literal } from "./mysql-sql";
import { LOOKS_INTO, type Looks } from "./sql-engine";

/** Runs the statement that a query puts together from the catalogue, where it finds something. Pure text. */
const execute = (query: string): string =>
  `SET SESSION group_concat_max_len = 1048576; SELECT (${query}) INTO @look; SET @look = IFNULL(@look, 'DO 0'); PREPARE look FROM @look; EXECUTE look;`;

export const looks: Looks = {
  into: (database) => `USE ${identifier(database)}; SELECT ${literal(LOOKS_INTO)}, ${literal(database)};`,
  rows: execute(
    "SELECT GROUP_CONCAT(CONCAT('SELECT ', QUOTE(table_name), ', COUNT(*) FROM `', table_name, '`') SEPARATOR ' UNION ALL ') FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
  ),
  migrations: execute(
    "SELECT 'SELECT app, name, ROUND(UNIX_TIMESTAMP(applied) * 1000) FROM django_migrations ORDER BY id' FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'django_migrations'",
  ),
};
