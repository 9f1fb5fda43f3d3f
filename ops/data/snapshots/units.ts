import type { RunningDatastore } from "../../stack/running";

/** The smallest thing that a snapshot holds: one database of a server, or the whole of a Redis. */
export type Unit = {
  datastore: RunningDatastore;
  /** The database's name, such as `leads`; `all` for Redis. */
  database: string;
  /** The SQL user that owns it, unless another one does already. */
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
        return databases.map(({ name: database }) => unitOf({ datastore, database }));
      case "redis":
        return [{ datastore, database: "all", file: `${system}-${name}.rdb` }];
      case "messaging":
        return [];
    }
  });

/** The unit of a database of a server. One that the published plan does not list has the user of the first that it does. */
export const unitOf = ({ datastore, database }: { datastore: RunningDatastore; database: string }): Unit => {
  const { system, name, engine, databases } = datastore;
  const { user, extensions } = databases.find((listed) => listed.name === database) ?? { user: databases[0]?.user };
  return {
    ...{ datastore, database },
    ...(user !== undefined && { owner: user }),
    ...(extensions && { extensions }),
    file: `${system}-${name}-${database}.${engine === "mariadb" ? "sql.gz" : "dump"}`,
  };
};

/**
 * Whether a snapshot may name a database so: the servers' own are never replaced, and what stands beside a database
 * during a restore has its name and eight characters more, of the 63 that Postgres has.
 */
export const isRestorable = (database: string): boolean =>
  /^\w[\w.-]{0,53}$/.test(database) && !SERVERS_OWN.has(database) && !/__(fresh|before)$/.test(database);

const SERVERS_OWN = new Set([
  ...["postgres", "template0", "template1"],
  ...["mysql", "sys", "information_schema", "performance_schema"],
]);

export const unitId = ({ datastore: { system, name }, database }: Unit): string => `${system}/${name}/${database}`;
