import type { Catalogue } from "../catalogue";
import { inOrder } from "../catalogue/order";
import { catalogueProblems } from "../catalogue/rules";
import type { Database, Datastore, Environment, System, Web } from "../catalogue/vocabulary";
import { secretName } from "../naming";
import { refuse, suggestion, type Problem } from "../problems";
import type { Settings } from "../settings/schema";
import { budgetProblems } from "./budget";
import { cloudProblems } from "./cloud-rules";
import { resolveEnv } from "./env";
import { byId, byName, idOf, partOf } from "./ids";
import { nameProblems, serverProblems } from "./names";
import type { Plan, PlannedDatastore, PlannedImage, PlannedSecret, PlannedService, PlannedSystem } from "./plan";

/**
 * Resolves the catalogue for one stack.
 * @throws ProblemsError with every rule that the catalogue or the settings break.
 */
export const makePlan = (catalogue: Catalogue, settings: Settings): Plan => {
  const { plan, problems } = tryPlan(catalogue, settings);
  refuse(problems);
  return plan as Plan;
};

/** The plan, and all that is wrong with it; of a catalogue that breaks a rule there is none. */
export const tryPlan = (catalogue: Catalogue, settings: Settings): { plan?: Plan; problems: Problem[] } => {
  const rules = catalogueProblems(catalogue);
  const problems = [...rules, ...settingsProblems(catalogue, settings)];
  if (rules.length > 0) return { problems };
  const plan = planOf(catalogue, settings);
  const everything = planOf(catalogue, { ...settings, systems: ["all"], mariadb: true });
  const names = nameProblems({ ...everything, cloud: settings.cloud ?? { sql: "shared", redis: "shared" } });
  const servers = plan.target === "gcp" ? [...serverProblems(plan), ...budgetProblems(plan)] : [];
  return { plan, problems: [...problems, ...names, ...servers] };
};

const planOf = (catalogue: Catalogue, settings: Settings): Plan => {
  const of = Object.entries(catalogue).map(([name, system]) => ({ name, system, settings }));
  const running = of.filter(({ name }) => runs(name, settings));
  const services = inOrder(running.flatMap(plannedServices));
  const basics = {
    stack: settings.stack,
    environment: environmentOf(settings),
    imagePrefix: settings.imagePrefix,
    systems: byName(of.map(plannedSystem)),
    datastores: byId(of.flatMap(plannedDatastores)),
    images: plannedImages({ services, settings }),
    services: byId(services),
    resting: running.flatMap(restingServices),
    secrets: byName(secretsOf(catalogue, settings)),
  };
  const { cloud } = settings;
  return cloud === undefined ? { ...basics, target: "local" } : { ...basics, target: "gcp", cloud };
};

const secretsOf = (catalogue: Catalogue, { cloud }: Pick<Settings, "cloud">): PlannedSecret[] =>
  Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.entries(secrets).map(([secret, { length }]) => {
      const name = secretName({ system, secret });
      return { name, system, length, rotation: cloud?.rotations[name] ?? 0 };
    }),
  );

/** The environment follows from the target: a laptop develops, the cloud produces. */
const environmentOf = ({ target }: Settings): Environment => (target === "local" ? "development" : "production");

type OfSystem = { name: string; system: System; settings: Settings };

const runs = (name: string, { systems }: Settings): boolean => systems.includes("all") || systems.includes(name);

const plannedSystem = ({ name, system, settings }: OfSystem): PlannedSystem => ({
  name,
  title: system.title,
  volumes: Object.keys(system.volumes ?? {}),
  runs: runs(name, settings),
  ...(system.offersNetwork === undefined ? {} : { offersNetwork: system.offersNetwork }),
});

const isOn = (datastore: Datastore | undefined, settings: Settings): boolean =>
  datastore === undefined || !("onDemand" in datastore) || settings[datastore.onDemand];

const plannedDatastores = ({ name: system, system: { datastores }, settings }: OfSystem): PlannedDatastore[] =>
  Object.entries(datastores).map(([name, { hostPort, ...datastore }]) => ({
    ...withFullSecretNames(datastore, system),
    id: idOf({ system, name }),
    system,
    name,
    runs: runs(system, settings) && isOn(datastores[name], settings),
    ...(hostPort === undefined ? {} : { hostPort: hostPort + settings.portOffset }),
  }));

type WithoutHostPort<D> = D extends Datastore ? Omit<D, "hostPort"> : never;

const withFullSecretNames = (datastore: WithoutHostPort<Datastore>, system: string): WithoutHostPort<Datastore> => {
  const full = (secret: string): string => secretName({ system, secret });
  const withPassword = (database: Database): Database => ({ ...database, password: full(database.password) });
  return {
    ...datastore,
    ...("databases" in datastore ? { databases: datastore.databases.map(withPassword) } : {}),
    ...("superuserPassword" in datastore ? { superuserPassword: full(datastore.superuserPassword) } : {}),
    ...("rootPassword" in datastore ? { rootPassword: full(datastore.rootPassword) } : {}),
  };
};

const servicesPresent = ({ system: { datastores, services }, settings }: OfSystem) =>
  Object.entries(services).filter(([, { onlyWith }]) => onlyWith === undefined || isOn(datastores[onlyWith], settings));

/** What is left out while the datastore that it needs is off. */
const restingServices = ({ name: system, system: { datastores, services }, settings }: OfSystem) =>
  Object.entries(services).flatMap(([name, { onlyWith }]) =>
    onlyWith === undefined || isOn(datastores[onlyWith], settings)
      ? []
      : [{ id: idOf({ system, name }), onlyWith: idOf({ system, name: onlyWith }) }],
  );

const plannedServices = (of: OfSystem): PlannedService[] => {
  const { name: systemName, system, settings } = of;
  const present = servicesPresent(of);
  return present.map(([name, { onlyWith: _, after = [], ...service }]) => {
    const { env, needs } = resolveEnv({
      env: service.env,
      system: systemName,
      isOn: (datastore) => isOn(system.datastores[datastore], settings),
      hotReload: settings.hotReload,
      environment: environmentOf(settings),
    });
    const jobs = after.filter((job) => present.some(([other]) => other === job));
    const placed = {
      mounts: service.mounts ?? {},
      id: idOf({ system: systemName, name }),
      system: systemName,
      name,
      env,
      needs: [...new Set([...needs, ...jobs.map((job) => idOf({ system: systemName, name: job }))])],
      joins: service.kind === "web" ? (system.joinsNetworks ?? []).map(joined) : [],
    };
    if (service.kind !== "web") return { ...service, ...placed };
    const hostPort = service.hostPort + settings.portOffset;
    return { ...service, ...placed, hostPort, scaling: scalingOf(service, settings) };
  });
};

/** As specification 003 scales where the catalogue is silent; the stack's setting is the ceiling. */
const scalingOf = ({ scaling = { min: 0, max: 10 } }: Pick<Web, "scaling">, { cloud }: Settings) => {
  const max = Math.min(scaling.max, cloud?.maxInstances ?? scaling.max);
  return { min: Math.min(scaling.min, max), max };
};

/** `leads/service_network`: a network of another system. */
const joined = (id: string): { system: string; network: string } => {
  const { system, name: network } = partOf(id);
  return { system, network };
};

const plannedImages = ({
  services,
  settings: { hotReload },
}: {
  services: readonly PlannedService[];
  settings: Settings;
}): ReadonlyMap<string, PlannedImage> =>
  new Map(
    services.map(({ image: folder }) => [
      folder,
      { folder, stage: hotReload ? "development" : "production", mountsSource: hotReload },
    ]),
  );

/** Settings that only the catalogue can judge. */
const settingsProblems = (catalogue: Catalogue, settings: Settings): Problem[] => {
  const { systems, secrets, portOffset, stack } = settings;
  const names = Object.keys(catalogue);
  const unknown = systems.filter((name) => name !== "all" && !names.includes(name));
  const secretNames = secretsOf(catalogue, settings).map(({ name }) => name);
  const unknownSecrets = secrets.filter((name) => !secretNames.includes(name));
  const highest = Math.max(0, ...hostPortsOf(catalogue)) + portOffset;
  return [
    ...unknown.map((name) => ({
      path: "fleet:systems",
      message: `${name} is no system of the catalogue.${suggestion(name, names)} Allowed: all, ${names.join(", ")}`,
      cure: `write in Pulumi.${stack}.yaml: fleet:systems: [${names.join(", ")}]`,
    })),
    ...unknownSecrets.map((name) => ({
      path: `fleet:secrets.${name}`,
      message: `is no secret of the catalogue.${suggestion(name, secretNames)} Secrets: ${secretNames.join(", ")}`,
      cure: `pulumi config rm --path fleet:secrets.${name} -s ${stack}`,
    })),
    ...(highest > 65_535
      ? [
          {
            path: "fleet:portOffset",
            message: `${portOffset} lifts a host port to ${highest}; ports end at 65535`,
            cure: `pulumi config set fleet:portOffset ${65_535 - (highest - portOffset)} -s ${stack}`,
          },
        ]
      : []),
    ...(settings.cloud ? cloudProblems({ catalogue, settings, cloud: settings.cloud, secretNames }) : []),
  ];
};

const hostPortsOf = (catalogue: Catalogue): number[] =>
  Object.values(catalogue).flatMap(({ datastores, services }) =>
    [...Object.values(datastores), ...Object.values(services)].flatMap((part) =>
      "hostPort" in part && part.hostPort !== undefined ? [part.hostPort] : [],
    ),
  );
