import { EXTENSIONS } from "./extensions";
import { looks } from "./postgres-looks";
import { postgisImage } from "./postgis-image";
import * as statements from "./postgres-sql";
import type { ServerEngine } from "./sql-engine";

/** Google's own superuser; postgres and every user made through the API have less. */
const ADMIN = "cloudsqladmin";
const DATA_FOLDER = "/var/lib/postgresql/data";

/**
 * Cloud SQL lets the members of cloudsqlsuperuser, who are no superusers, make extensions of Google's list, and nobody any
 * other. "Trusted" is Postgres's word for those that whoever may create in a database may make; `guardExtensions` says who.
 */
const trustExtensions = `cd "/usr/share/postgresql/$PG_MAJOR/extension"
sed -i '/^trusted/d' *.control
for extension in ${EXTENSIONS.join(" ")}; do
  [ ! -e "$extension.control" ] || echo 'trusted = true' >>"$extension.control"
done`;

export const postgres: ServerEngine = {
  image: postgisImage,
  before: trustExtensions,
  command: (flags) => ["postgres", ...Object.entries(flags).flatMap(([flag, value]) => ["-c", `${flag}=${value}`])],
  env: (adminPassword) => ({
    POSTGRES_USER: ADMIN,
    POSTGRES_DB: "postgres",
    POSTGRES_PASSWORD: adminPassword,
    // The image trusts its socket unless told; Cloud SQL never does.
    POSTGRES_INITDB_ARGS:
      "--auth-local=scram-sha-256 --auth-host=scram-sha-256 --encoding=UTF8 --lc-collate=en_US.UTF-8 --lc-ctype=en_US.UTF-8",
    // Images of 18 and later have another one.
    PGDATA: DATA_FOLDER,
    PGTZ: "UTC",
  }),
  dataFolder: DATA_FOLDER,
  socketFolder: "/var/run/postgresql",
  socket: "",
  // Over TCP, within the container: while the first boot makes the data folder, only the socket answers.
  readyCommand: ["pg_isready", "-q", "-h", "127.0.0.1"],
  client: `psql -XqtA -F '\t' -v ON_ERROR_STOP=1 -U ${ADMIN} -d "$DATABASE"`,
  dump: `pg_dumpall -U ${ADMIN}`,
  // A dump leaves out what is in pg_catalog, which is the guard of extensions: the template has it.
  restore: `psql -XqtA -U ${ADMIN} -d template1 -c "SELECT format('DROP DATABASE %I WITH (FORCE);', datname) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'" |
  psql -Xq -v ON_ERROR_STOP=1 -U ${ADMIN} -d template1
sed -E '/^CREATE DATABASE /s/ TEMPLATE = template0 / TEMPLATE = template1 /' |
  psql -Xq -U ${ADMIN} -d template1 2>&1 >/dev/null | { ! grep -E 'ERROR:|FATAL:' | grep -v 'already exists'; }`,
  load: `psql -Xq -v ON_ERROR_STOP=1 -v database="$DATABASE" -U ${ADMIN} -d template1 <<'SQL'
SELECT format('%I', pg_get_userbyid(datdba)) AS owner FROM pg_database WHERE datname = :'database' \\gset
DROP DATABASE :"database" WITH (FORCE);
CREATE DATABASE :"database" OWNER :owner ENCODING 'UTF8';
SQL
pg_restore -U ${ADMIN} --role="$OWNER" --no-owner --no-acl --exit-on-error --dbname="$DATABASE"`,
  passwordVariable: "PGPASSWORD",
  home: "postgres",
  prepare: {
    postgres: [statements.createRoles, statements.guardExtensions].join("\n"),
    template1: statements.guardExtensions,
  },
  statements,
  looks,
  messageIn: (output) => /(?:ERROR|FATAL): {2}(.*)/.exec(output)?.[1] ?? output.trim(),
  fatalIn: (lines) => lines.findLast((line) => line.includes("FATAL:")),
};
