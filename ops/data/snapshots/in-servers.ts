import type Docker from "dockerode";
import { PlainError, refuse, type Problem } from "../../../infra/problems";
import { execCaptured } from "../../../docker/exec";
import { isSql } from "../../stack/select";
import type { RunningDatastore } from "../../stack/running";
import { serverCommand } from "../client";
import { isRestorable, unitId, unitOf, unitsOf, type Unit } from "./units";

type Asked = { docker: Docker; datastores: readonly RunningDatastore[] };

/**
 * The units of these datastores, and those of databases that are in their servers although the published plan does not
 * list them: after a rename in the catalogue, or made by hand. What is in a server decides what a snapshot holds.
 * @throws ProblemsError that names each database that a snapshot cannot hold.
 */
export const unitsInServers = async ({ docker, datastores }: Asked): Promise<Unit[]> => {
  const listed = unitsOf(datastores);
  const servers = datastores.filter(({ engine }) => isSql(engine));
  const found = await Promise.all(servers.map((datastore) => unlistedIn({ docker, datastore })));
  refuse(found.flat().flatMap(nameProblem));
  return [...listed, ...found.flat()];
};

/** The units that the published plan does not list. */
export const unlisted = (units: readonly Unit[]): Unit[] =>
  units.filter(
    ({ datastore, database }) => isSql(datastore.engine) && !datastore.databases.some(({ name }) => name === database),
  );

const unlistedIn = async (of: { docker: Docker; datastore: RunningDatastore }): Promise<Unit[]> => {
  const { docker, datastore } = of;
  const command = serverCommand({ datastore, query: QUERIES[datastore.engine === "mariadb" ? "mariadb" : "postgres"] });
  const { code, stdout, stderr } = await execCaptured({ docker, container: datastore.container, ...command });
  if (code !== 0) throw new PlainError(`${datastore.id}: its databases cannot be listed: ${stderr.trim()}`);
  const names = stdout.split("\n").filter(Boolean);
  return names
    .filter((name) => !datastore.databases.some((listed) => listed.name === name) && !isPassing({ name, names }))
    .map((database) => unitOf({ datastore, database }));
};

/** A database that is there for a while: of a restore that was cut off, or of Django's tests. */
const isPassing = ({ name, names }: { name: string; names: readonly string[] }): boolean =>
  names.some((other) => [`${other}__fresh`, `${other}__before`].includes(name) || name.startsWith(`test_${other}`));

const QUERIES = {
  postgres:
    "SELECT datname FROM pg_database WHERE NOT datistemplate AND datallowconn AND datname <> 'postgres' ORDER BY 1",
  mariadb:
    "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1",
};

const nameProblem = (unit: Unit): Problem[] =>
  isRestorable(unit.database)
    ? []
    : [
        {
          path: unitId(unit),
          message:
            'is in the server, and its name does not fit into a snapshot; allowed are at most 54 letters, digits, ".", "-" and "_"',
          cure: `give it another name, or take the other parts alone: --only <system>; its server: docker exec -it ${unit.datastore.container} sh`,
        },
      ];
