import type { DatabaseToPrepare } from "../../infra/targets/gcp/ready";
import { at, containersOf, isMissing, listAt, textAt, UNKNOWN, type Resource, type StackRule } from "../rule";
import { JOB, SQL_INSTANCE, SQL_USER } from "../types";

const SUPERUSER = "cloudsqlsuperuser";

const asksForIt = ({ props }: Resource): boolean => listAt(props, "databaseRoles").includes(SUPERUSER);

/** A Postgres user made through Google's API becomes a member, unless its roles are named or IAM authenticates it. */
const getsIt = ({ props }: Resource, resources: readonly Resource[]): boolean => {
  const instance = at(props, "instance");
  const server = resources.find(({ type, props: { name } }) => SQL_INSTANCE.test(type) && name === instance);
  const isPostgres = textAt(server?.props, "databaseVersion")?.startsWith("POSTGRES") ?? true;
  const isOfIam = textAt(props, "type")?.startsWith("CLOUD_IAM_") ?? false;
  return instance !== UNKNOWN && isPostgres && !isOfIam && isMissing(at(props, "databaseRoles"));
};

const idOf = ({ props }: Resource): string => `${textAt(props, "instance")}/${textAt(props, "name")}`;

/** The users whose powers a job takes away (infra/targets/gcp/ready.ts), and the administrator as whom it signs in. */
const confinedBy = (job: Resource): string[] => {
  const variables = listAt(containersOf(job)[0], "envs").map((one) => [textAt(one, "name"), textAt(one, "value")]);
  const { PREPARE_DATABASES: databases, PGHOST: host, PGUSER: administrator } = Object.fromEntries(variables) as Env;
  if (databases === undefined) return [];
  const users = (JSON.parse(databases) as DatabaseToPrepare[]).flatMap((database) => database.users);
  // The host is /cloudsql/project:region:instance.
  const instance = host?.split(":").at(-1);
  return [administrator, ...users].map((user) => `${instance}/${user}`);
};

type Env = Partial<Record<"PREPARE_DATABASES" | "PGHOST" | "PGUSER", string>>;

/** Rules on the users of databases. */
export const userRules: readonly StackRule[] = [
  /** A user made beside the program works like the others, and reads what all of them have. */
  {
    name: "sql-user-not-superuser",
    description: "Nobody but the administrator of a Postgres instance stays a member of cloudsqlsuperuser.",
    stackMistakes: (resources) => {
      const jobs = resources.filter(({ type }) => JOB.test(type));
      if (jobs.some((job) => at(containersOf(job)[0], "envs") === UNKNOWN)) return [];
      const confined = jobs.flatMap(confinedBy);
      return resources
        .filter(({ type }) => SQL_USER.test(type))
        .filter((user) => asksForIt(user) || (getsIt(user, resources) && !confined.includes(idOf(user))))
        .map((about) => ({
          about,
          message:
            "it can read and change every database of the instance; make it by the catalogue, whose job takes that away, or name its databaseRoles without cloudsqlsuperuser",
        }));
    },
  },
];
