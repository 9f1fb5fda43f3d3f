import { refuseWith } from "../../infra/problems";
import { idOf } from "../stack/select";
import type { RunningDatastore } from "../stack/running";

/** A command in a datastore's container, and what has to be in its environment. */
export type ClientCommand = { command: string[]; env: string[] };

/** The root password is in the container's own environment; so it is never on a command line that others can see. */
export const asMariadbRoot = (command: string): string[] => [
  "sh",
  "-c",
  `MYSQL_PWD="$MARIADB_ROOT_PASSWORD" exec ${command}`,
];

type Query = { datastore: RunningDatastore; database: string; query: string };

/**
 * The SQL client for one query, its answer bare: no headers, no frame. Both servers are asked over the loopback. Postgres
 * is asked as the database's own user: a service can put a view, and so a program, in a table's place.
 */
export const databaseCommand = ({ datastore, database, query }: Query): ClientCommand =>
  datastore.engine === "mariadb"
    ? asked.mariadb({ database, query })
    : asked.postgres({ user: databaseOf({ datastore, database }).user, database, query });

/** The same for a query about the server, which its superuser asks where no service can put anything. */
export const serverCommand = ({ datastore, query }: Omit<Query, "database">): ClientCommand =>
  datastore.engine === "mariadb"
    ? asked.mariadb({ database: "mysql", query })
    : asked.postgres({ user: "postgres", database: "postgres", query });

const asked = {
  postgres: ({ user, database, query }: { user: string; database: string; query: string }): ClientCommand => ({
    command: ["psql", "-h", "127.0.0.1", "-U", user, "-d", database, "-X", "-A", "-t", "-q", "-c", query],
    env: [],
  }),
  mariadb: ({ database, query }: { database: string; query: string }): ClientCommand => ({
    command: asMariadbRoot(`mariadb -h 127.0.0.1 -u root -N -B -e "$QUERY" "$DATABASE"`),
    env: [`QUERY=${query}`, `DATABASE=${database}`],
  }),
};

type Chosen = { datastore: RunningDatastore; database: string | undefined };

/**
 * The interactive client of a datastore, as the user that its service is.
 * @throws ProblemsError for one without a client, or a database that it does not have.
 */
export const clientCommand = ({ datastore, database }: Chosen): ClientCommand => {
  switch (datastore.engine) {
    case "redis":
      return { command: ["redis-cli", ...(database === undefined ? [] : ["-n", database])], env: [] };
    case "messaging":
      return refuseWith({
        path: idOf(datastore),
        message: "holds messages, which have no shell",
        cure: `./fleet exec ${datastore.system} python manage.py shell`,
      });
    case "postgres":
    case "postgis": {
      const { name, user } = databaseOf({ datastore, database });
      return { command: ["psql", "-h", "127.0.0.1", "-U", user, "-d", name], env: [] };
    }
    case "mariadb": {
      const { name } = databaseOf({ datastore, database });
      return { command: asMariadbRoot(`mariadb -h 127.0.0.1 -u root "$DATABASE"`), env: [`DATABASE=${name}`] };
    }
  }
};

const databaseOf = ({ datastore, database }: Chosen): RunningDatastore["databases"][number] => {
  const { databases } = datastore;
  const found = database === undefined ? databases[0] : databases.find(({ name }) => name === database);
  if (!found)
    refuseWith({
      path: "--database",
      message: `${idOf(datastore)} has no database ${database}`,
      cure: `name one of: ${databases.map(({ name }) => name).join(", ")}`,
    });
  return found;
};
