import * as z from "zod";

/** Whether datastores of one engine share one server or each system has its own. */
const sharing = ["shared", "perSystem"] as const;

const NETWORK =
  /^(projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/(global|regions\/[a-z0-9-]+)\/(sub)?networks\/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const words = (allowed: string, example: string) => ({ allowed, example });

/** Settings of the target gcp, as keys `fleet:<key>`. */
export const cloudShape = {
  /** One Cloud SQL instance for all Postgres datastores, or one each. */
  sql: z
    .enum(sharing)
    .default("shared")
    .meta(words(sharing.join(", "), "shared")),
  /** One Memorystore instance for all Redis datastores, or one each. */
  redis: z
    .enum(sharing)
    .default("shared")
    .meta(words(sharing.join(", "), "shared")),
  /** The machine type of each Cloud SQL instance. */
  databaseTier: z
    .string()
    .regex(/^db-(f1-micro|g1-small|custom-[1-9]\d*-[1-9]\d*)$/, "not a database tier")
    .default("db-g1-small")
    .meta(words("db-f1-micro, db-g1-small, or db-custom-<CPUs>-<MiB>", "db-custom-2-7680")),
  /** How many connections each Cloud SQL instance takes (max_connections). */
  databaseConnections: z.int().min(25).max(1000).default(100).meta(words("a whole number from 25 to 1000", "200")),
  /**
   * Keeps the Cloud SQL instances with their databases, the Cloud Run services, jobs and worker pools, and the image
   * repository from being deleted. Once it is false and applied, `pulumi destroy` takes them all, data included; the
   * backups of a Cloud SQL instance outlive it.
   */
  deletionProtection: z.boolean().default(true).meta(words("true, false", "true")),
  /** No web service scales above it, whatever the catalogue allows. */
  maxInstances: z.int().min(1).max(100).default(10).meta(words("a whole number from 1 to 100", "10")),
  /** An existing VPC network, needed where a service uses Redis. */
  network: z
    .string()
    .regex(NETWORK, "not a network")
    .optional()
    .meta(words("the name of an existing VPC network", "default")),
  /** Its subnetwork in the region; left out: the one of the network's name. */
  subnetwork: z
    .string()
    .regex(NETWORK, "not a subnetwork")
    .optional()
    .meta(words("the name of a subnetwork of fleet:network", "default")),
  /** Host of the image registry; left out: the region's Artifact Registry. */
  registryHost: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9]\d{0,4})?$/, "not a host name")
    .optional()
    .meta(words("a host name, with a port where it has one", "europe-west1-docker.pkg.dev")),
  /** Whether Google watches the services; needs alertEmail. */
  alerts: z.boolean().default(true).meta(words("true, false", "false")),
  /** Who is told. */
  alertEmail: z.email("not an e-mail address").optional().meta(words("an e-mail address", "you@example.com")),
  /** How much of the traffic, in percent, a new revision gets; below 100, stableRevisions names who gets the rest. */
  canaryPercent: z.int().min(1).max(100).default(100).meta(words("a whole number from 1 to 100", "10")),
  /** For each web service (`booking/reservas`) the revision that gets the rest of the traffic. */
  stableRevisions: z
    .record(z.string(), z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "not a revision"))
    .default({})
    .meta(words("the name of a revision for each service", "<revision>")),
  /** How often each secret (by full name) was rotated; raising the number generates a new value. */
  rotations: z
    .record(z.string(), z.int().min(0).max(100_000))
    .default({})
    .meta(words("a whole number from 0 to 100000 for each secret", "1")),
  /** The 12 digits of the AWS account whose SNS and SQS carry messages. */
  messagingAccount: z
    .string()
    .regex(/^\d{12}$/, "not an account")
    .optional()
    .meta(words("the 12 digits of an AWS account", "123456789012")),
  /** Where SNS and SQS are, if not at AWS itself. */
  messagingEndpoint: z
    .string()
    .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$|^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/, "not an endpoint")
    .optional()
    .meta(words("an https URL without a path", "https://messaging.example.com")),
};

/** What the provider itself reads: `gcp:project` and `gcp:region`. */
export const placeSchema = z.strictObject({
  project: z
    .string()
    .regex(/^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "not a project's id")
    .meta(words("the id of an existing project", "<project>")),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d{1,2}$/, "not a region")
    .meta(words("a region of Google Cloud", "europe-west1")),
});

export type CloudSettings = Readonly<z.infer<z.ZodObject<typeof cloudShape>> & z.infer<typeof placeSchema>>;
