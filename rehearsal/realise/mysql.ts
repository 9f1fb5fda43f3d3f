import { imageReference } from "../../infra/targets/base-image";
import { looks } from "./mysql-looks";
import * as statements from "./mysql-sql";
import type { ServerEngine } from "./sql-engine";
import { pulledImage } from "./sql-server";

const { ADMIN } = statements;

/** The official image of a version of MySQL, such as 8.4, without the prefix of a mirror. */
export const mysqlImage = (version: string): string => `mysql:${version}`;

/**
 * The image's superuser is root@localhost, who would be asked for in place of the API's root@%, and is the one whom the first
 * boot ends with: another superuser is made beside, in whose name everything else is done.
 */
const addAdmin = `cat >/docker-entrypoint-initdb.d/cloudsqladmin.sql <<SQL
CREATE USER ${ADMIN}@localhost IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
GRANT ALL ON *.* TO ${ADMIN}@localhost WITH GRANT OPTION;
SQL`;

export const mysql: ServerEngine = {
  image: (realise, version) =>
    pulledImage(realise, imageReference({ image: mysqlImage(version), prefix: realise.imagePrefix })),
  before: addAdmin,
  command: (flags) => [
    "mysqld",
    ...Object.entries(flags).map(([flag, value]) => (value === "" ? `--${flag}` : `--${flag}=${value}`)),
  ],
  env: (adminPassword) => ({ MYSQL_ROOT_PASSWORD: adminPassword, MYSQL_ROOT_HOST: "localhost" }),
  dataFolder: "/var/lib/mysql",
  socketFolder: "/var/run/mysqld",
  socket: "mysqld.sock",
  // Over TCP, within the container: the server of the first boot answers at the socket alone. A refusal is an answer.
  readyCommand: ["mysqladmin", "ping", "--silent", "--protocol=tcp", "--host=127.0.0.1"],
  client: `mysql --batch --skip-column-names --protocol=socket --user=${ADMIN} "$DATABASE"`,
  dump: `mysqldump --protocol=socket --user=${ADMIN} --all-databases --single-transaction`,
  restore: `mysql --batch --skip-column-names --protocol=socket --user=${ADMIN} -e "SELECT CONCAT('DROP DATABASE ', CHAR(96), schema_name, CHAR(96), ';') FROM information_schema.schemata WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')" |
  mysql --protocol=socket --user=${ADMIN}
mysql --protocol=socket --user=${ADMIN}`,
  passwordVariable: "MYSQL_PWD",
  home: "mysql",
  prepare: { mysql: statements.createRoles },
  statements,
  looks,
  messageIn: (output) => /ERROR \d+ \(\w+\)[^:]*: (.*)/.exec(output)?.[1] ?? output.trim(),
  fatalIn: (lines) => lines.find((line) => line.includes("[ERROR]")),
};
