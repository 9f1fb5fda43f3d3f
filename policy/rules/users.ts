import type { DatabaseToPrepare } from "../../infra/targets/gcp/ready";
import { at, isMissing, listAt, textAt, UNKNOWN, type Resource, type StackRule } from "../rule";
import { JOB, SQL_INSTANCE, SQL_USER } from "../types";

const SUPERUSER = "cloudsqlsuperuser";

/** A user made beside the program works like the others, and reads what all of them have. */
const noSuperuser: StackRule = {
  name: "sql-user-not-superuser",
  description: "Nobody but the administrator of a Postgres instance stays a member of cloudsqlsuperuser.",
  stackMistakes: (resources) => {
    const jobs = resources.filter(({ type }) => type === JOB);
    if (jobs.some((job) => at(containerOf(job), "envs") === UNKNOWN)) return [];
    const confined = jobs.flatMap(confinedBy);
    return resources
      .filter(({ type }) => type === SQL_USER)
      .filter((user) => asksForIt(user) || (getsIt(user, resources) && !confined.includes(idOf(user))))
      .map((about) => ({
        about,
        message:
          "it can read and change every database of the instance; make it by the catalogue, whose job takes that away, or name its databaseRoles without cloudsqlsuperuser",
      }));
  },
};

const asksForIt = ({ props }: Resource): boolean => listAt(props, "databaseRoles").includes(SUPERUSER);

/** Who is made through Google's API is one in Postgres, unless its roles are named or IAM says who it is. */
const getsIt = ({ props }: Resource, resources: readonly Resource[]): boolean => {
  const instance = at(props, "instance");
  const server = resources.find(({ type, props: { name } }) => type === SQL_INSTANCE && name === instance);
  const isPostgres = textAt(server?.props, "databaseVersion")?.startsWith("POSTGRES") ?? true;
  const isOfIam = textAt(props, "type")?.startsWith("CLOUD_IAM_") ?? false;
  return instance !== UNKNOWN && isPostgres && !isOfIam && isMissing(at(props, "databaseRoles"));
};

const idOf = ({ props }: Resource): string => `${textAt(props, "instance")}/${textAt(props, "name")}`;

/** Whose powers a job takes away (infra/targets/gcp/ready.ts), and as whom it signs in to do so. */
const confinedBy = (job: Resource): string[] => {
  const variables = listAt(containerOf(job), "envs").map((one) => [textAt(one, "name"), textAt(one, "value")]);
  const { PREPARE_DATABASES: databases, PGHOST: host, PGUSER: administrator } = Object.fromEntries(variables) as Env;
  if (databases === undefined) return [];
  const users = (JSON.parse(databases) as DatabaseToPrepare[]).flatMap((database) => database.users);
  // The host is /cloudsql/project:region:instance.
  const instance = host?.split(":").at(-1);
  return [administrator, ...users].map((user) => `${instance}/${user}`);
};

type Env = Partial<Record<"PREPARE_DATABASES" | "PGHOST" | "PGUSER", string>>;

const containerOf = ({ props }: Resource): unknown => listAt(props, "template.template.containers")[0];

/** Whom a database takes for whom. */
export const userRules: readonly StackRule[] = [noSuperuser];
