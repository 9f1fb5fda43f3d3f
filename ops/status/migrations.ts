import type Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { databaseCommand } from "../data/client";
import type { RunningDatastore } from "../stack/running";

/** The migration that a database saw last: `leads.0003_statistics`, and when. */
export type LastMigration = { system: string; database: string; name: string; at: string };

type Asked = { docker: Docker; datastores: readonly RunningDatastore[] };

/** Asks every SQL database at once; one that does not answer, or was never migrated, is left out. */
export const lastMigrations = async ({ docker, datastores }: Asked): Promise<LastMigration[]> => {
  const asked = datastores.flatMap((datastore) =>
    datastore.databases.map(({ name }) => ask({ docker, datastore, database: name })),
  );
  return (await Promise.all(asked)).flat();
};

type Question = { docker: Docker; datastore: RunningDatastore; database: string };

const ask = async ({ docker, datastore, database }: Question): Promise<LastMigration[]> => {
  try {
    const command = databaseCommand({ datastore, database, query: queryOf(datastore.engine) });
    const { code, stdout } = await execCaptured({ docker, container: datastore.container, ...command });
    const [name, at] = stdout.trim().split("|");
    return code === 0 && name && at ? [{ system: datastore.system, database, name, at }] : [];
  } catch {
    return [];
  }
};

/** One column, so that both engines' clients print the same format. */
const QUERY =
  "SELECT CONCAT(app, '.', name, '|', applied) FROM django_migrations ORDER BY applied DESC, id DESC LIMIT 1";

/** MariaDB is asked as root, so nothing but a table is read: a service may have made a view of this name. */
const queryOf = (engine: RunningDatastore["engine"]): string =>
  engine === "mariadb"
    ? `EXECUTE IMMEDIATE IF((SELECT table_type FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'django_migrations') = 'BASE TABLE', "${QUERY}", 'DO 0')`
    : QUERY;
