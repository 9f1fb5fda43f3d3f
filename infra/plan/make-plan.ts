import { basename } from "node:path/posix";
import type { CloudSettings } from "../settings/cloud";
import type { Settings } from "../settings/schema";
import { secretName } from "../naming";
import { refuse, suggestion, type Problem } from "../problems";
import type { Catalogue } from "../catalogue/index";
import { inOrder } from "../catalogue/order";
import { resolveEnv, type PlannedEnv } from "./env";
import { cloudProblems } from "./cloud-rules";
import { catalogueProblems } from "../catalogue/rules";
import type {
  Background,
  Database,
  Datastore,
  Environment,
  Job,
  Limits,
  Scaling,
  System,
  Web,
} from "../catalogue/vocabulary";

/** Catalogue and settings, resolved and in order; no choice is left, and no secret value is in it. */
export type Plan = {
  stack: string;
  environment: Environment;
  imagePrefix: string;
  /** Where and how large in the cloud; absent on a laptop. */
  cloud?: CloudSettings;
  /** Every system of the catalogue: one that does not run keeps its datastores' volumes. */
  systems: readonly PlannedSystem[];
  /** Every datastore, running or not. */
  datastores: readonly PlannedDatastore[];
  images: readonly PlannedImage[];
  /** The services that run, each after all that it needs. */
  services: readonly PlannedService[];
  /** The services of systems that run which are left out while an on-demand datastore is off, with its id. */
  resting: readonly { id: string; onlyWith: string }[];
  /** Every secret, by its full name (`callcenter-django-secret-key`). */
  secrets: readonly PlannedSecret[];
};

export type PlannedSystem = {
  name: string;
  title: string;
  runs: boolean;
  offersNetwork?: string;
  /** Names of its volumes, kept whether it runs or not. */
  volumes: readonly string[];
};

/** `length` in characters; another `rotation` is another value. */
export type PlannedSecret = { name: string; system: string; length: number; rotation: number };

type Placed = { id: string; system: string; name: string };

/** A datastore with full secret names; `runs` is false where only its data is kept. */
export type PlannedDatastore = Placed & { runs: boolean; hostPort?: number } & WithoutHostPort<Datastore>;
type WithoutHostPort<D> = D extends Datastore ? Omit<D, "hostPort"> : never;

/** An image built from `services/<folder>`; in the development stage its code is mounted, not copied. */
export type PlannedImage = { folder: string; stage: Environment; mountsSource: boolean };

type PlannedBasics = Placed & {
  description: string;
  image: string;
  command?: readonly string[];
  env: PlannedEnv;
  limits: Limits;
  reserves?: Limits;
  /** Volumes of its system, by name, and where it finds them. */
  mounts: Readonly<Record<string, string>>;
  /** Ids of the datastores and services that must be up or done before it. */
  needs: readonly string[];
  /** Shared networks to join: the system that offers it and the network's role. */
  joins: readonly { system: string; network: string }[];
};

export type PlannedWeb = PlannedBasics &
  Pick<Web, "kind" | "port" | "hostPort" | "healthPath" | "healthCheck" | "public"> & { scaling: Scaling };
export type PlannedBackground = PlannedBasics & Pick<Background, "kind" | "healthCommand" | "healthCheck">;
export type PlannedJob = PlannedBasics & Pick<Job, "kind" | "rerunOn">;
export type PlannedService = PlannedWeb | PlannedBackground | PlannedJob;

/**
 * Resolves the catalogue for one stack.
 * @throws ProblemsError with every rule that the catalogue or the settings break.
 */
export const makePlan = (catalogue: Catalogue, settings: Settings): Plan => {
  refuse([...catalogueProblems(catalogue), ...settingsProblems(catalogue, settings)]);

  const systems = Object.entries(catalogue).map(([name, system]) => plannedSystem({ name, system, settings }));
  const running = Object.entries(catalogue).filter(([name]) => systems.some((s) => s.name === name && s.runs));
  const services = running.flatMap(([name, system]) => plannedServices({ name, system, settings }));
  return {
    stack: settings.stack,
    environment: environmentOf(settings),
    imagePrefix: settings.imagePrefix,
    ...(settings.cloud ? { cloud: settings.cloud } : {}),
    systems,
    datastores: Object.entries(catalogue).flatMap(([name, system]) => plannedDatastores({ name, system, settings })),
    images: plannedImages({ services, settings }),
    services: inOrder(services),
    resting: running.flatMap(([name, system]) => restingServices({ name, system, settings })),
    secrets: secretsOf(catalogue, settings),
  };
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

const isOn = (datastore: Datastore, settings: Settings): boolean =>
  !("onDemand" in datastore) || settings[datastore.onDemand];

const plannedDatastores = ({ name: system, system: { datastores }, settings }: OfSystem): PlannedDatastore[] =>
  Object.entries(datastores).map(([name, { hostPort, ...datastore }]) => ({
    ...withFullSecretNames(datastore, system),
    id: `${system}/${name}`,
    system,
    name,
    runs: runs(system, settings) && isOn(datastore, settings),
    ...(hostPort === undefined ? {} : { hostPort: hostPort + settings.portOffset }),
  }));

const withFullSecretNames = <D extends Datastore | Omit<Datastore, "hostPort">>(datastore: D, system: string): D => {
  const full = (secret: string): string => secretName({ system, secret });
  const withPassword = (database: Database): Database => ({ ...database, password: full(database.password) });
  return {
    ...datastore,
    ...("databases" in datastore ? { databases: datastore.databases.map(withPassword) } : {}),
    ...("superuserPassword" in datastore ? { superuserPassword: full(datastore.superuserPassword) } : {}),
    ...("rootPassword" in datastore ? { rootPassword: full(datastore.rootPassword) } : {}),
  };
};

const plannedServices = ({ name: systemName, system, settings }: OfSystem): PlannedService[] => {
  const on = (datastore: string): boolean => isOn(system.datastores[datastore] as Datastore, settings);
  const present = Object.entries(system.services).filter(([, { onlyWith }]) => onlyWith === undefined || on(onlyWith));
  return present.map(([name, { onlyWith: _, after = [], ...service }]) => {
    const { env, datastores, services } = resolveEnv({
      env: service.env,
      system: systemName,
      isOn: on,
      hotReload: settings.hotReload,
      environment: environmentOf(settings),
    });
    const afterPresent = after.filter((job) => present.some(([other]) => other === job));
    const placed = {
      mounts: service.mounts ?? {},
      id: `${systemName}/${name}`,
      system: systemName,
      name,
      env,
      needs: [...new Set([...datastores, ...services, ...afterPresent])].map((need) => `${systemName}/${need}`),
      joins: service.kind === "web" ? (system.joinsNetworks ?? []).map(joined) : [],
    };
    if (service.kind !== "web") return { ...service, ...placed };
    const hostPort = service.hostPort + settings.portOffset;
    return { ...service, ...placed, hostPort, scaling: scalingOf(service, settings) };
  });
};

const restingServices = ({ name, system, settings }: OfSystem): Plan["resting"] =>
  Object.entries(system.services).flatMap(([service, { onlyWith }]) =>
    onlyWith === undefined || isOn(system.datastores[onlyWith] as Datastore, settings)
      ? []
      : [{ id: `${name}/${service}`, onlyWith: `${name}/${onlyWith}` }],
  );

/** As specification 003 scales where the catalogue is silent; the stack's setting is the ceiling. */
const scalingOf = ({ scaling = { min: 0, max: 10 } }: Pick<Web, "scaling">, { cloud }: Settings): Scaling => {
  const max = Math.min(scaling.max, cloud?.maxInstances ?? scaling.max);
  return { min: Math.min(scaling.min, max), max };
};

const joined = (path: string): { system: string; network: string } => ({
  system: path.slice(0, path.indexOf("/")),
  network: basename(path),
});

const plannedImages = ({ services, settings }: { services: PlannedService[]; settings: Settings }): PlannedImage[] =>
  [...new Set(services.map(({ image }) => image))].map((folder) => ({
    folder,
    stage: settings.hotReload ? "development" : "production",
    mountsSource: settings.hotReload,
  }));

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
