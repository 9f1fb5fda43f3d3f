import type { PlannedDatastore } from "../../catalogue/plan";
import type { Database } from "../../catalogue/vocabulary";
import type { CloudPlan } from "./plan";
import { rotationOf, userName, type Turn } from "./secrets";

/**
 * What a job does on a Cloud SQL instance before anything uses it: whoever the API makes is a cloudsqlsuperuser, who
 * reads every database. The job (services/chassis/chassis/prepare_databases.py) takes that away, makes each database
 * belong to a role that its users alone share, and adds its extensions.
 */
export const preparation = (datastores: readonly PlannedDatastore[], plan: CloudPlan): DatabaseToPrepare[] =>
  datastores.flatMap((datastore) =>
    ("databases" in datastore ? datastore.databases : []).map((database: Database) => ({
      database: database.name,
      owner: `${database.name}_owner`,
      users: usersOf({ database, plan }).map(({ user }) => user),
      extensions: [...(database.extensions ?? [])],
    })),
  );

/** As prepare_databases.py reads it. */
export type DatabaseToPrepare = { database: string; owner: string; users: string[]; extensions: string[] };

const turns: readonly Turn[] = ["first", "second"];

/** The users of a database that have had a turn. */
export const usersOf = ({
  database: { user, password },
  plan,
}: {
  database: Database;
  plan: CloudPlan;
}): { user: string; turn: Turn }[] => {
  const rotation = plan.secrets.find(({ name }) => name === password)?.rotation ?? 0;
  return turns
    .filter((turn) => rotationOf(turn, rotation) !== undefined)
    .map((turn) => ({ user: userName(user, turn), turn }));
};
