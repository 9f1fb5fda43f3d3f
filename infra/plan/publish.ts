import { containerName, googleName, volumeName } from "../naming";
import {
  databasesOf,
  type CloudPlan,
  type Plan,
  type PlannedDatastore,
  type PlannedJob,
  type PlannedService,
} from "./plan";
import { FORMAT, type PublishedDatastore, type PublishedPlan, type PublishedService } from "./published";
import { redisServersOf, serversOf } from "./servers";

/**
 * The facts of a plan that outlive the update. Pure: the same plan gives equal bytes on every machine, from every folder
 * and at any time, and no secret value is in a plan. At most 1 KiB of JSON a service.
 */
export const publish = (plan: Plan): PublishedPlan => {
  const { stack, systems, datastores, services, images, secrets, resting } = plan;
  const servers = serverNames(plan);
  return {
    format: FORMAT,
    stack,
    target: plan.target,
    mountsSource: [...images.values()].some(({ mountsSource }) => mountsSource),
    systems: [...systems.values()].map(({ name, title, runs, offersNetwork }) => ({
      name,
      title,
      runs,
      ...(offersNetwork === undefined ? {} : { offersNetwork: `${name}/${offersNetwork}` }),
    })),
    datastores: [...datastores.values()].map((datastore) => publishedDatastore(plan, datastore, servers)),
    services: [...services.values()].map((service) => publishedService(plan, service)),
    resting: resting.map(({ id, onlyWith }) => ({ id, onlyWith })),
    secrets: [...secrets.keys()],
  };
};

const isCloud = (plan: Plan): plan is CloudPlan => plan.target === "gcp";

const publishedDatastore = (
  plan: Plan,
  datastore: PlannedDatastore,
  servers: ReadonlyMap<string, string>,
): PublishedDatastore => {
  const { id, system, name, description, engine, version, runs, hostPort } = datastore;
  const owned = { stack: plan.stack, system, role: name };
  const container = isCloud(plan) ? servers.get(id) : containerName(owned);
  return {
    ...{ id, system, name, description, engine, version, runs },
    ...(container === undefined ? {} : { container }),
    ...(isCloud(plan) ? {} : { volume: volumeName(owned), ...(hostPort === undefined ? {} : { hostPort }) }),
    ...("onDemand" in datastore ? { onDemand: datastore.onDemand } : {}),
    // Without the names of their passwords.
    databases: databasesOf(datastore).map(({ name: database, user, extensions }) => ({
      name: database,
      user,
      ...(extensions === undefined ? {} : { extensions: [...extensions] }),
    })),
  };
};

/** The name on Google Cloud of each running datastore's server, by the datastore's id. */
const serverNames = (plan: Plan): ReadonlyMap<string, string> =>
  new Map(
    isCloud(plan)
      ? [...serversOf(plan), ...redisServersOf(plan)].flatMap(({ name, datastores }) =>
          datastores.map(({ id }) => [id, name] as const),
        )
      : [],
  );

const publishedService = (plan: Plan, service: PlannedService): PublishedService => {
  const { id, system, name, description, kind, image, command, needs, joins } = service;
  return {
    ...{ id, system, name, description, kind },
    container: isCloud(plan)
      ? googleName({ kind: "run", stack: plan.stack, parts: [system, name] })
      : containerName({ stack: plan.stack, system, role: name }),
    image,
    ...(command === undefined ? {} : { command: [...command] }),
    ...(service.kind === "job" ? ofJob(service) : {}),
    ...(service.kind === "scheduled" ? { schedule: `${service.schedule.cron} ${service.schedule.timeZone}` } : {}),
    needs: [...needs],
    joins: joins.map((join) => `${join.system}/${join.network}`),
    ...(service.kind === "web"
      ? { healthPath: service.healthPath, ...(isCloud(plan) ? {} : { hostPort: service.hostPort }) }
      : {}),
  };
};

const ofJob = ({ rerunOn, takesAway }: PlannedJob): Pick<PublishedService, "rerunOn" | "takesAway"> => ({
  rerunOn,
  ...(takesAway === undefined ? {} : { takesAway: [...takesAway] }),
});
