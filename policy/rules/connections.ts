import type { PlannedService } from "../../infra/plan/plan";
import { demandOf, RESERVED, type Demand } from "../../infra/plan/budget";
import { at, listAt, textAt, UNKNOWN, type Resource, type StackRule } from "../rule";
import { JOB, RUNS_CONTAINERS, SERVICE, SQL_INSTANCE } from "../types";

/**
 * The budget of the target (infra/plan/budget.ts), once more and from the other end: what was really asked of
 * Google has to fit, whoever wrote it.
 */
const connectionsFit: StackRule = {
  name: "sql-connections-fit",
  description: "All who use a database, at their most and during a rollout, want no more connections than it takes.",
  stackMistakes: (resources) =>
    resources
      .filter(({ type }) => type === SQL_INSTANCE)
      .flatMap((about) => {
        const users = usersOf(about, resources);
        if (users.some((user) => at(containerOf(user), "envs") === UNKNOWN)) return [];
        const demands = users.map(demandIn);
        const wanted = demands.reduce((sum, { connections }) => sum + connections, RESERVED);
        const most = connectionsOf(about);
        const list = demands.map(({ id, formula }) => `${id} ${formula}`).join(", ");
        return wanted > most
          ? [
              {
                about,
                message: `${wanted} connections may be wanted and it takes ${most}: ${list}; lower fleet:maxInstances`,
              },
            ]
          : [];
      }),
};

/** Who mounts the socket of an instance. */
const usersOf = (instance: Resource, resources: readonly Resource[]): Resource[] => {
  const name = textAt(instance.props, "name") ?? "?";
  return resources.filter(
    (resource) =>
      RUNS_CONTAINERS.some((type) => type === resource.type) &&
      listAt(templateOf(resource), "volumes")
        .flatMap((volume) => listAt(volume, "cloudSqlInstance.instances"))
        .some((connection) => String(connection).endsWith(`:${name}`)),
  );
};

const templateOf = ({ type, props }: Resource): unknown => at(props, type === JOB ? "template.template" : "template");

const containerOf = (resource: Resource): unknown => listAt(templateOf(resource), "containers")[0];

/** What a tier takes where no flag says otherwise (Google's defaults for Postgres). */
const DEFAULTS: Readonly<Record<string, number>> = { "db-f1-micro": 25, "db-g1-small": 50 };

const connectionsOf = ({ props }: Resource): number => {
  const flag = listAt(props, "settings.databaseFlags").find((one) => at(one, "name") === "max_connections");
  return Number(textAt(flag, "value") ?? DEFAULTS[textAt(props, "settings.tier") ?? ""] ?? 100);
};

/** The resource as the plan's budget sees a service. */
const demandIn = (resource: Resource): Demand => {
  const env = listAt(containerOf(resource), "envs").map((variable) => [
    textAt(variable, "name"),
    textAt(variable, "value"),
  ]);
  const kind = resource.type === SERVICE ? "web" : resource.type === JOB ? "job" : "worker";
  // Without a ceiling Google's own is 100.
  const max = Number(at(templateOf(resource), "scaling.maxInstanceCount") ?? 100);
  return demandOf({
    ...{ id: resource.name, kind, scaling: { min: 0, max } },
    env: Object.fromEntries(env.filter(([, value]) => value !== undefined)) as Record<string, string>,
  } as PlannedService);
};

/** Whether the database has room for all. */
export const connectionRules: readonly StackRule[] = [connectionsFit];
