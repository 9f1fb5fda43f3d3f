import * as pulumi from "@pulumi/pulumi";
import type { Mariadb, Postgres } from "../../catalogue/vocabulary";
import type { SecretSource } from "../../outputs";

/**
 * Brings databases, users and passwords of an existing data folder to what the plan says. The images' own variables act
 * only on an empty one.
 */

type PostgresRoles = Pick<Postgres, "databases" | "superuserPassword">;

/** The passwords, as the script below reads them. */
export const postgresRolesEnv = (
  { databases, superuserPassword }: PostgresRoles,
  secretOf: SecretSource,
): pulumi.Input<string>[] => [
  pulumi.interpolate`SUPERUSER_PASSWORD=${secretOf(superuserPassword)}`,
  ...databases.map(({ password }, index) => pulumi.interpolate`PASSWORD_${index}=${secretOf(password)}`),
];

/** Run in the server's network, where the image trusts 127.0.0.1; it waits for a server that is starting. */
export const postgresRolesCommand = (roles: PostgresRoles): string[] => [
  "sh",
  "-euc",
  `i=0; until pg_isready -q -h 127.0.0.1 -U postgres; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done
exec psql -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres -d postgres <<'SQL'
${postgresRolesSql(roles)}
SQL`,
];

export const postgresRolesSql = ({ databases }: PostgresRoles): string =>
  [
    "\\set password `printenv SUPERUSER_PASSWORD`",
    "ALTER ROLE postgres PASSWORD :'password';",
    ...databases.flatMap(({ name, user, extensions = [] }, index) => [
      "\\connect postgres",
      `\\set user ${user}`,
      `\\set database ${name}`,
      `\\set password \`printenv PASSWORD_${index}\``,
      "SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \\gexec",
      `ALTER ROLE :"user" LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD :'password';`,
      "SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'user') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec",
      `REVOKE ALL ON DATABASE :"database" FROM PUBLIC;`,
      // A user that was renamed in the catalogue takes over what the one before owned.
      `SELECT pg_get_userbyid(datdba) AS owner, pg_get_userbyid(datdba) NOT IN ('postgres', :'user') AS renamed FROM pg_database WHERE datname = :'database' \\gset`,
      `\\connect :"database"`,
      "\\if :renamed",
      `REASSIGN OWNED BY :"owner" TO :"user";`,
      "\\endif",
      `ALTER DATABASE :"database" OWNER TO :"user";`,
      ...extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${extension};`),
    ]),
  ].join("\n");

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
    .apply(([root = "", ...passwords]) => mariadbRolesSql({ databases, root, passwords }));

/** `passwords` in the order of the databases. */
export const mariadbRolesSql = ({
  databases,
  root,
  passwords,
}: {
  databases: Mariadb["databases"];
  root: string;
  passwords: readonly string[];
}): string => {
  const statements = [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY ${sqlText(root)}, 'root'@'%' IDENTIFIED BY ${sqlText(root)}`,
    ...databases.flatMap(({ name, user }, index) => [
      `CREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
      `CREATE USER IF NOT EXISTS '${user}'@'%'`,
      `ALTER USER '${user}'@'%' IDENTIFIED BY ${sqlText(passwords[index] ?? "")}`,
      `GRANT ALL ON \`${name}\`.* TO '${user}'@'%'`,
      // Django's tests make a database of their own beside it.
      `GRANT ALL ON \`test\\_${name}\`.* TO '${user}'@'%'`,
    ]),
  ];
  return [askInitialised, ...statements.map(onceInitialised)].map((line) => `${line};\n`).join("");
};

/** Both users of root are there only once the image's first boot is done with its own statements about them. */
const askInitialised = "SELECT COUNT(*) INTO @initialised FROM mysql.global_priv WHERE User = 'root' AND Host = '%'";

const onceInitialised = (statement: string): string =>
  `EXECUTE IMMEDIATE IF(@initialised > 0, ${sqlText(statement)}, 'DO 0')`;

const sqlText = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
