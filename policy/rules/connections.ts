import { backgroundDemand, jobDemand, sumOf, webDemand, type Demand } from "../../infra/plan/budget";
import { DEFAULTS as CHASSIS, VARIABLES } from "../../infra/plan/serving";
import { at, containersOf, listAt, templateOf, textAt, UNKNOWN, when, type Resource, type StackRule } from "../rule";
import { JOB, RUNS_CONTAINERS, SERVICE, SQL_INSTANCE } from "../types";

/** The services, jobs and worker pools that mount the socket of an instance. */
const usersOf = (instance: Resource, resources: readonly Resource[]): Resource[] => {
  const name = textAt(instance.props, "name") ?? "?";
  return resources.filter(
    (resource) =>
      RUNS_CONTAINERS.test(resource.type) &&
      listAt(templateOf(resource), "volumes")
        .flatMap((volume) => listAt(volume, "cloudSqlInstance.instances"))
        .some((connection) => String(connection).endsWith(`:${name}`)),
  );
};

/** The max_connections of a tier where no flag sets it (Google's defaults for Postgres). */
const DEFAULTS: Readonly<Record<string, number>> = { "db-f1-micro": 25, "db-g1-small": 50 };

const connectionsOf = ({ props }: Resource): number => {
  const flag = listAt(props, "settings.databaseFlags").find((one) => at(one, "name") === "max_connections");
  return Number(textAt(flag, "value") ?? DEFAULTS[textAt(props, "settings.tier") ?? ""] ?? 100);
};

/** The resource as the plan's budget sees a service: its variables say how many connections its processes hold. */
const demandIn = (resource: Resource, isPostgres: boolean): Demand => {
  const { name: id, type, props } = resource;
  if (JOB.test(type)) return jobDemand(id);
  if (!SERVICE.test(type))
    return backgroundDemand({ id, instances: Number(at(props, "scaling.manualInstanceCount") ?? 1) });
  const envs = listAt(containersOf(resource)[0], "envs");
  const variable = (name: string): string | undefined =>
    textAt(
      envs.find((each) => at(each, "name") === name),
      "value",
    );
  return webDemand({
    id,
    // Without a ceiling Google's own is 100.
    instances: Number(at(templateOf(resource), "scaling.maxInstanceCount") ?? 100),
    processes: Number(variable(VARIABLES.processes) ?? CHASSIS.processes),
    connections: Number(
      (isPostgres ? variable(VARIABLES.pool) : undefined) ?? variable(VARIABLES.threads) ?? CHASSIS.threads,
    ),
  });
};

/** Rules on the connections of databases. */
export const connectionRules: readonly StackRule[] = [
  /**
   * The budget of the target (infra/plan/budget.ts), once more and from the other end: what was really asked of
   * Google has to fit, whoever wrote it.
   */
  {
    name: "sql-connections-fit",
    description: "All who use a database, at their most and during a rollout, want no more connections than it takes.",
    stackMistakes: (resources) =>
      resources
        .filter(({ type }) => SQL_INSTANCE.test(type))
        .flatMap((about) => {
          const users = usersOf(about, resources);
          if (users.some((user) => at(containersOf(user)[0], "envs") === UNKNOWN)) return [];
          // Django pools connections to Postgres alone.
          const isPostgres = !textAt(about.props, "databaseVersion")?.startsWith("MYSQL");
          const demands = users.map((user) => demandIn(user, isPostgres));
          const wanted = sumOf(demands);
          const most = connectionsOf(about);
          const list = demands.map(({ id, formula }) => `${id} ${formula}`).join(", ");
          const message = `${wanted} connections may be wanted and it takes ${most}: ${list}; lower fleet:maxInstances`;
          return when(wanted > most, { about, message });
        }),
  },
];
