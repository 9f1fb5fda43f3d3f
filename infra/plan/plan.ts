import type { Background, Database, Datastore, Environment, Job, Scheduled, Web } from "../catalogue/vocabulary";
import type { CloudSettings } from "../settings/cloud";
import type { PlannedEnv } from "./env";
import type { Part } from "./ids";
import type { PlannedServing } from "./serving";

/** Catalogue and settings, resolved and in order; no choice is left, and no secret value is in it. */
export type Plan = LocalPlan | CloudPlan;

/** A plan for Docker on this machine. */
export type LocalPlan = PlanBasics & { target: "local" };

/** A plan for Google Cloud, with its place and sizes. */
export type CloudPlan = PlanBasics & { target: "gcp"; cloud: CloudSettings };

/** The part of a plan that names and servers derive from; a laptop's plan is named as it would be on Google Cloud. */
export type NamedPlan = PlanBasics & {
  cloud: Pick<CloudSettings, "sql" | "redis" | "redisTls"> & Partial<CloudSettings>;
};

type PlanBasics = {
  stack: string;
  environment: Environment;
  imagePrefix: string;
  /** Every system of the catalogue by name: one that does not run keeps its datastores' volumes. */
  systems: ReadonlyMap<string, PlannedSystem>;
  /** Every datastore by id, running or not. */
  datastores: ReadonlyMap<string, PlannedDatastore>;
  /** The images by folder. */
  images: ReadonlyMap<string, PlannedImage>;
  /** The services that run by id, each after all that it needs. */
  services: ReadonlyMap<string, PlannedService>;
  /** Services that are left out while an on-demand datastore is off, with that datastore's id. */
  resting: readonly { id: string; onlyWith: string }[];
  /** Every secret by its full name (`callcenter-django-secret-key`). */
  secrets: ReadonlyMap<string, PlannedSecret>;
};

export type PlannedSystem = {
  name: string;
  title: string;
  runs: boolean;
  offersNetwork?: string;
  /** Names of its volumes, kept whether it runs or not. */
  volumes: readonly string[];
};

/**
 * `length` in characters; another `rotation` is another value. `isRekeyed`: after this rotation the database user that rests
 * has another password too.
 */
export type PlannedSecret = { name: string; system: string; length: number; rotation: number; isRekeyed: boolean };

type Placed = Part & { id: string };

/** A datastore with full secret names; `runs` is false where only its data is kept. */
export type PlannedDatastore = Placed & { runs: boolean; hostPort?: number } & WithoutHostPort<Datastore>;

export type WithoutHostPort<D> = D extends Datastore ? Omit<D, "hostPort"> : never;

/** The databases of a datastore; Redis and messaging have none. */
export const databasesOf = (datastore: PlannedDatastore): readonly Database[] =>
  "databases" in datastore ? datastore.databases : [];

/** Whether a datastore is Postgres or PostGIS (which is an extension of Cloud SQL's Postgres). */
export const isPostgres = ({ engine }: Pick<PlannedDatastore, "engine">): boolean =>
  engine === "postgres" || engine === "postgis";

/** An image built from `services/<folder>`; in the development stage its code is mounted, not copied. */
export type PlannedImage = { folder: string; stage: Environment; mountsSource: boolean };

type PlannedBasics = Placed &
  Pick<Web, "description" | "image" | "command" | "limits" | "reserves"> & {
    env: PlannedEnv;
    /** Volumes of its system by name, with their mount paths. */
    mounts: Readonly<Record<string, string>>;
    /** Ids of the datastores and services that must be up or done before it. */
    needs: readonly string[];
    /** Shared networks to join: the system that offers it and the network's role. */
    joins: readonly { system: string; network: string }[];
  };

export type PlannedWeb = PlannedBasics &
  Pick<Required<Web>, "kind" | "port" | "hostPort" | "healthPath" | "healthCheck" | "scaling"> &
  Pick<Web, "public"> & { serving: PlannedServing };
export type PlannedBackground = PlannedBasics &
  Pick<Background, "kind" | "healthCommand" | "healthCheck" | "probe"> & { instances: number };
export type PlannedJob = PlannedBasics & Pick<Job, "kind" | "rerunOn" | "takesAway">;
/** `timeZone` is there. */
export type PlannedScheduled = PlannedBasics &
  Pick<Scheduled, "kind" | "timeout" | "healthCommand" | "healthCheck"> & { schedule: Required<Scheduled["schedule"]> };
export type PlannedService = PlannedWeb | PlannedBackground | PlannedJob | PlannedScheduled;
/** On a laptop its container stays. */
export type PlannedStaying = Exclude<PlannedService, PlannedJob>;
