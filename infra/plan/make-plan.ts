import type { Catalogue } from "../catalogue";
import { inOrder } from "../catalogue/order";
import { catalogueProblems, hostPortsOf } from "../catalogue/rules";
import { UTC, type Database, type Datastore, type Environment, type System, type Web } from "../catalogue/vocabulary";
import { curedBy } from "../cures";
import { reviewedName, secretName } from "../naming";
import { closest, suggestion, when, type Problem } from "../problems";
import type { Settings } from "../settings/schema";
import { budgetProblems } from "./budget";
import { cloudProblems } from "./cloud-rules";
import { plannedEnv } from "./env";
import { forwardedNames } from "../forwarded";
import { byId, byName, idOf, partOf } from "./ids";
import { nameProblems, serverProblems } from "./names";
import type * as planned from "./plan";
import { isReview, isReviewBase, reviewIn, reviewProblems, withReviews } from "./review";
import { baseOfReviews } from "./review-base";
import { gunicornVariables, plannedServing, poolVariables } from "./serving";
import { sizeProblems } from "./sizes";

/** Resolves the catalogue for one stack, with every problem; a catalogue that breaks a rule gives no plan. */
export const tryPlan = (catalogue: Catalogue, given: Settings): { plan?: planned.Plan; problems: Problem[] } => {
  const settings = withReviews(given);
  const rules = catalogueProblems(catalogue);
  const problems = [...rules, ...settingsProblems(catalogue, settings)];
  if (rules.length > 0) return { problems };
  const plan = planOf(catalogue, settings);
  const everything = planOf(catalogue, { ...settings, systems: ["all"], mariadb: true });
  const names = nameProblems({
    ...everything,
    cloud: settings.cloud ?? { sql: "shared", redis: "shared", redisTls: false },
  });
  const servers =
    plan.target === "gcp"
      ? [...serverProblems(plan), ...sizeProblems(plan), ...budgetProblems(plan), ...reviewProblems(plan)]
      : [];
  return { plan, problems: [...problems, ...names, ...servers] };
};

const planOf = (catalogue: Catalogue, settings: Settings): planned.Plan => {
  const of = Object.entries(catalogue).map(([name, system]) => ({ name, system, settings }));
  const running = of.filter(({ name }) => runs(name, settings));
  const services = inOrder(running.flatMap(plannedServices));
  const basics = {
    stack: settings.stack,
    environment: environmentOf(settings),
    imagePrefix: settings.imagePrefix,
    systems: byName(of.map(plannedSystem)),
    datastores: byId(of.flatMap(plannedDatastores)),
    images: plannedImages(services, settings),
    services: byId(services),
    resting: running.flatMap(restingServices),
    secrets: byName(secretsOf(catalogue, settings)),
  };
  const { cloud } = settings;
  if (cloud === undefined) return { ...basics, target: "local" };
  const plan: planned.CloudPlan = { ...basics, target: "gcp", cloud };
  return isReviewBase(cloud) ? baseOfReviews(plan) : plan;
};

const secretsOf = (catalogue: Catalogue, { cloud }: Pick<Settings, "cloud">): planned.PlannedSecret[] =>
  Object.entries(catalogue).flatMap(([system, { secrets }]) =>
    Object.entries(secrets).map(([secret, spec]) => {
      const name = secretName({ system, secret });
      const length = "length" in spec ? spec.length : 0;
      const rotation = cloud?.rotations[name] ?? 0;
      return { name, system, length, rotation, isRekeyed: cloud?.rekeyed[name] === rotation };
    }),
  );

type OfSecret = { system: System; systemName: string; secret: string; settings: Pick<Settings, "secrets"> };

const hasValue = ({ system, systemName, secret, settings }: OfSecret): boolean =>
  !("optional" in (system.secrets[secret] ?? {})) ||
  settings.secrets.includes(secretName({ system: systemName, secret }));

/** The environment follows from the target. */
const environmentOf = ({ target }: Settings): Environment => (target === "local" ? "development" : "production");

type OfSystem = { name: string; system: System; settings: Settings };

const runs = (name: string, { systems }: Settings): boolean => systems.includes("all") || systems.includes(name);

const plannedSystem = ({ name, system, settings }: OfSystem): planned.PlannedSystem => ({
  name,
  title: system.title,
  volumes: Object.keys(system.volumes ?? {}),
  runs: runs(name, settings),
  ...(system.offersNetwork === undefined ? {} : { offersNetwork: system.offersNetwork }),
});

const isOn = (datastore: Datastore | undefined, settings: Settings): boolean =>
  datastore === undefined || !("onDemand" in datastore) || settings[datastore.onDemand];

const plannedDatastores = ({ name: system, system: { datastores }, settings }: OfSystem): planned.PlannedDatastore[] =>
  Object.entries(datastores).map(([name, { hostPort, ...datastore }]) => ({
    ...withFullNames(datastore, { system, review: reviewIn(settings) }),
    id: idOf({ system, name }),
    system,
    name,
    runs: runs(system, settings) && isOn(datastores[name], settings),
    ...(hostPort === undefined ? {} : { hostPort: hostPort + settings.portOffset }),
  }));

type Naming = { system: string; review: string | undefined };

const withFullNames = (
  datastore: planned.WithoutHostPort<Datastore>,
  { system, review }: Naming,
): planned.WithoutHostPort<Datastore> => {
  const full = (secret: string): string => secretName({ system, secret });
  const withNames = ({ name, user, password, ...database }: Database): Database => ({
    ...database,
    name: reviewedName(name, review),
    user: reviewedName(user, review),
    password: full(password),
  });
  return {
    ...datastore,
    ...("databases" in datastore ? { databases: datastore.databases.map(withNames) } : {}),
    ...("superuserPassword" in datastore ? { superuserPassword: full(datastore.superuserPassword) } : {}),
    ...("rootPassword" in datastore ? { rootPassword: full(datastore.rootPassword) } : {}),
    ...("password" in datastore ? { password: full(datastore.password) } : {}),
    ...("accessKey" in datastore ? { accessKey: full(datastore.accessKey) } : {}),
  };
};

const servicesPresent = ({ system: { datastores, services }, settings }: OfSystem) =>
  Object.entries(services).filter(([, { onlyWith }]) => onlyWith === undefined || isOn(datastores[onlyWith], settings));

/** The services that are left out while the datastore that they need is off. */
const restingServices = ({ name: system, system: { datastores, services }, settings }: OfSystem) =>
  Object.entries(services).flatMap(([name, { onlyWith }]) =>
    onlyWith === undefined || isOn(datastores[onlyWith], settings)
      ? []
      : [{ id: idOf({ system, name }), onlyWith: idOf({ system, name: onlyWith }) }],
  );

const plannedServices = (of: OfSystem): planned.PlannedService[] => {
  const { name: systemName, system, settings } = of;
  const isReviewed = reviewIn(settings) !== undefined;
  // A review runs what is asked for.
  const present = servicesPresent(of).filter(([, { kind }]) => !(isReviewed && kind === "scheduled"));
  const environment = environmentOf(settings);
  return present.map(([name, { onlyWith: _, after = [], pool, ...service }]) => {
    const { env, needs } = plannedEnv({
      env: service.env,
      system: systemName,
      isOn: (datastore) => isOn(system.datastores[datastore], settings),
      hasValue: (secret) => hasValue({ system, systemName, secret, settings }),
      hotReload: settings.hotReload,
      forwarded: forwardedNames(
        settings.forwardedHosts,
        service.kind === "web" ? service.hostPort + settings.portOffset : undefined,
      ),
      environment,
      review: reviewIn(settings),
    });
    const jobs = after.filter((job) => present.some(([other]) => other === job));
    const placed = {
      mounts: service.mounts ?? {},
      id: idOf({ system: systemName, name }),
      system: systemName,
      name,
      env: { ...env, ...poolVariables({ pool, environment }) },
      needs: [...new Set([...needs, ...jobs.map((job) => idOf({ system: systemName, name: job }))])],
      joins: service.kind === "web" ? (system.joinsNetworks ?? []).map(joined) : [],
    };
    if (service.kind === "job") return { ...service, ...placed };
    if (service.kind === "scheduled")
      return { ...service, ...placed, schedule: { timeZone: UTC, ...service.schedule } };
    if (service.kind !== "web") return { ...service, ...placed, instances: isReviewed ? 1 : (service.instances ?? 1) };
    const { public: open, ...web } = service;
    const serving = plannedServing({ serving: service.serving, pool, environment });
    return {
      ...web,
      // A review is closed.
      ...(open && !isReviewed && { public: open }),
      ...placed,
      env: { ...placed.env, ...gunicornVariables(serving, settings) },
      hostPort: service.hostPort + settings.portOffset,
      scaling: scalingOf(service, settings),
      serving,
    };
  });
};

/** The instances of a service that names none. With all systems, more would wait for one small database server. */
const SCALING = { min: 0, max: 5 } as const;

/** The stack's setting is the ceiling. */
const scalingOf = ({ scaling = SCALING }: Pick<Web, "scaling">, { cloud }: Settings) => {
  const max = Math.min(scaling.max, cloud?.maxInstances ?? scaling.max);
  return { min: cloud && isReview(cloud) ? 0 : Math.min(scaling.min, max), max };
};

/** `leads/service_network`: a network of another system. */
const joined = (id: string): planned.PlannedService["joins"][number] => {
  const { system, name: network } = partOf(id);
  return { system, network };
};

const plannedImages = (
  services: readonly planned.PlannedService[],
  { hotReload }: Settings,
): ReadonlyMap<string, planned.PlannedImage> =>
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
  const hostPorts = Object.values(catalogue).flatMap((system) => hostPortsOf(system).map(({ port }) => port));
  const highest = Math.max(0, ...hostPorts) + portOffset;
  return [
    ...unknown.map((name) => ({
      path: "fleet:systems",
      message: `${name} is not a system of the catalogue.${suggestion(name, names)} Allowed: all, ${names.join(", ")}`,
      ...curedBy({ stack, key: "fleet:systems", at: systems.indexOf(name), value: closest(name, names) ?? "all" }),
    })),
    ...unknownSecrets.map((name) => ({
      path: `fleet:secrets.${name}`,
      message: `is not a secret of the catalogue.${suggestion(name, secretNames)} Secrets: ${secretNames.join(", ")}`,
      ...curedBy({ stack, key: "fleet:secrets", at: name }),
    })),
    ...when(highest > 65_535, {
      path: "fleet:portOffset",
      message: `${portOffset} lifts a host port to ${highest}; ports end at 65535`,
      ...curedBy({ stack, key: "fleet:portOffset", value: String(65_535 - (highest - portOffset)) }),
    }),
    ...(settings.cloud ? cloudProblems({ catalogue, settings, cloud: settings.cloud, secretNames }) : []),
  ];
};
