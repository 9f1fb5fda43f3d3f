import type { RunningDatastore } from "../../stack/running";

/** The smallest thing that a snapshot holds: one database of a server, or the whole of a Redis. */
export type Unit = {
  datastore: RunningDatastore;
  /** The database's name, such as `leads`; `all` for Redis. */
  database: string;
  /** The SQL user that owns it. */
  owner?: string;
  extensions?: readonly string[];
  /** Its file in the snapshot: `leads-postgres-leads.dump`. */
  file: string;
};

/** The units of these datastores. Messaging has none: no snapshot can restore messages in flight. */
export const unitsOf = (datastores: readonly RunningDatastore[]): Unit[] =>
  datastores.flatMap((datastore): Unit[] => {
    const { system, name, engine, databases } = datastore;
    switch (engine) {
      case "postgres":
      case "postgis":
      case "mariadb":
        return databases.map(({ name: database, user, extensions }) => ({
          datastore,
          database,
          owner: user,
          ...(extensions && { extensions }),
          file: `${system}-${name}-${database}.${engine === "mariadb" ? "sql.gz" : "dump"}`,
        }));
      case "redis":
        return [{ datastore, database: "all", file: `${system}-${name}.rdb` }];
      case "messaging":
        return [];
    }
  });

export const unitId = ({ datastore: { system, name }, database }: Unit): string => `${system}/${name}/${database}`;
