import * as z from "zod";

/**
 * The published plan: the facts of a plan that outlive the update, recorded with the stack and read by all that works on
 * a running one. It holds no secret value, no absolute path, no user, commit or time: the same commit gives equal bytes
 * from every folder. `infra/plan/publish.ts` makes it of a plan.
 */

/** The version of the record's shape. A reader that meets another one treats the stack as one without a record. */
export const FORMAT = 1;

const part = {
  /** `leads/postgres` */
  id: z.string(),
  system: z.string(),
  name: z.string(),
  description: z.string(),
  /** Its name in Docker or on Google Cloud. */
  container: z.string(),
};

const datastoreSchema = z.object({
  ...part,
  /** Absent on Google Cloud where it has no server of ours: it does not run, or it is messaging, which is AWS's. */
  container: z.string().optional(),
  engine: z.enum(["postgres", "postgis", "mariadb", "redis", "messaging"]),
  /** The version that the catalogue asks for: `15`. */
  version: z.string(),
  /** False where only its data is kept. */
  runs: z.boolean(),
  /** The setting that switches it on. */
  onDemand: z.literal("mariadb").optional(),
  databases: z.array(z.object({ name: z.string(), user: z.string(), extensions: z.array(z.string()).optional() })),
  /** The Docker volume with its data; absent on Google Cloud. */
  volume: z.string().optional(),
  /** The port on loopback, the stack's offset added. */
  hostPort: z.int().optional(),
});

const serviceSchema = z.object({
  ...part,
  kind: z.enum(["web", "worker", "scheduler", "job", "scheduled"]),
  /** The folder under services/ that its image is built from. */
  image: z.string(),
  command: z.array(z.string()).optional(),
  /** For a job, the folder whose files make it run again; `migrations` marks a job that migrates. */
  rerunOn: z.string().optional(),
  /** Of a scheduled job, its times: `15 3 * * * Etc/UTC`. */
  schedule: z.string().optional(),
  /** For a job, the management command that takes away what it made outside of the stack's own resources. */
  takesAway: z.array(z.string()).optional(),
  /** Ids of the datastores and services that must be up or done before it. */
  needs: z.array(z.string()),
  /** The shared networks it joins: `leads/service_network`. */
  joins: z.array(z.string()),
  hostPort: z.int().optional(),
  healthPath: z.string().optional(),
});

export const publishedPlanSchema = z.object({
  format: z.literal(FORMAT),
  stack: z.string(),
  target: z.enum(["local", "gcp"]),
  /** Whether code is mounted and images hold development tools. */
  mountsSource: z.boolean(),
  systems: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      runs: z.boolean(),
      /** The shared network that it offers: `leads/service_network`. */
      offersNetwork: z.string().optional(),
    }),
  ),
  /** Every datastore, running or not, in the catalogue's order. */
  datastores: z.array(datastoreSchema),
  /** The services that run, each after all that it needs. */
  services: z.array(serviceSchema),
  /** Services of the systems that run, left out while an on-demand datastore is off, with that datastore's id. */
  resting: z.array(z.object({ id: z.string(), onlyWith: z.string() })),
  /** Full names of the secrets; no value. */
  secrets: z.array(z.string()),
});

export type PublishedPlan = z.infer<typeof publishedPlanSchema>;
export type PublishedDatastore = PublishedPlan["datastores"][number];
export type PublishedService = PublishedPlan["services"][number];

/** The type of the two records in a stack's state: `wanted` from before the first resource, `applied` from the end. */
export const RECORD_TYPE = "fleet:plan:Record";
export const RECORD_NAMES = { wanted: "plan-wanted", applied: "plan-applied" } as const;
