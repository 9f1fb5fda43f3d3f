import * as z from "zod";

/** Either datastores of one engine share one server, or each system has its own. */
const sharing = ["shared", "perSystem"] as const;

const NETWORK =
  /^(projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/(global|regions\/[a-z0-9-]+)\/(sub)?networks\/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const PROJECT = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/** Settings of the target gcp, as keys `fleet:<key>`. */
export const cloudShape = {
  /** One Cloud SQL instance for all Postgres datastores, or one each. */
  sql: z.enum(sharing).default("shared").meta({ example: "shared" }),
  /** One Memorystore instance for all Redis datastores, with one password, or one each. */
  redis: z.enum(sharing).default("perSystem").meta({ example: "shared" }),
  /** Whether connections to Redis are encrypted; false keeps an instance that was deployed without. */
  redisTls: z.boolean().default(true).meta({ example: "true" }),
  /** The name of a deployed Memorystore instance that an update may replace or delete, with what is in it. */
  redisGivenUp: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, "not an instance")
    .optional()
    .meta({ allowed: "the name of a Memorystore instance", example: "prod-redis" }),
  /**
   * The version of each Cloud SQL instance of MySQL; left out: the deployed one keeps its own, and a new one gets MYSQL_8_4. A
   * higher one upgrades the deployed instance (minutes without a database), and a lower one than the deployed is refused.
   */
  mysqlVersion: z.enum(["MYSQL_8_0", "MYSQL_8_4"]).optional().meta({ example: "MYSQL_8_4" }),
  /** The machine type of each Cloud SQL instance; left out: the smallest that bears its connections (plan/budget.ts). */
  databaseTier: z
    .string()
    .regex(/^db-(f1-micro|g1-small|custom-[1-9]\d*-[1-9]\d*)$/, "not a database tier")
    .optional()
    .meta({ allowed: "db-f1-micro, db-g1-small, or db-custom-<CPUs>-<MiB>", example: "db-custom-2-7680" }),
  /** The max_connections of each Cloud SQL instance; 0: as many as its services may want. */
  databaseConnections: z
    .int()
    .min(0)
    .max(1000)
    .refine((count) => count === 0 || count >= 25, "too few")
    .default(0)
    .meta({ allowed: "a whole number from 25 to 1000, or 0 for as many as the services may want", example: "200" }),
  /**
   * Keeps the Cloud SQL instances with their databases and the image repository from being deleted. Once it is false
   * and applied, `pulumi destroy` takes them all, data included; the backups of a Cloud SQL instance outlive it.
   */
  deletionProtection: z.boolean().default(true).meta({ example: "true" }),
  /** The most instances of a web service, whatever the catalogue allows. */
  maxInstances: z.int().min(1).max(100).default(10).meta({ example: "10" }),
  /** An existing VPC network, needed where a service uses Redis. */
  network: z
    .string()
    .regex(NETWORK, "not a network")
    .optional()
    .meta({ allowed: "the name of an existing VPC network", example: "default" }),
  /** Its subnetwork in the region; left out: the one of the network's name. */
  subnetwork: z
    .string()
    .regex(NETWORK, "not a subnetwork")
    .optional()
    .meta({ allowed: "the name of a subnetwork of fleet:network", example: "default" }),
  /** Lets a region pass that the list of known ones lacks (regions.ts). */
  anyRegion: z.boolean().default(false).meta({ example: "true" }),
  /** Host of the image registry; left out: the region's Artifact Registry. */
  registryHost: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9]\d{0,4})?$/, "not a host name")
    .optional()
    .meta({ allowed: "a host name, with a port where it has one", example: "europe-west1-docker.pkg.dev" }),
  /** Whether Google watches the services; needs alertEmail. */
  alerts: z.boolean().default(true).meta({ example: "false" }),
  /** The recipient of alerts. */
  alertEmail: z
    .email("not an e-mail address")
    .optional()
    .meta({ allowed: "an e-mail address", example: "you@example.com" }),
  /** The project in which pull requests of this stack are reviewed (docs/reviews.md): another one, which holds nothing else. */
  reviewProject: z
    .string()
    .regex(PROJECT, "not a project's id")
    .optional()
    .meta({ allowed: "the id of an existing project", example: "<project>" }),
  /**
   * How many reviews of pull requests there may be at once. It is set in the stack `review-base` alone, which then holds the servers
   * that they share, and runs no service; 0: the stack is none of reviews.
   */
  reviews: z.int().min(0).max(16).default(0).meta({ example: "2" }),
  /**
   * The slot of a review (stack `pr-<number>`), from 1: which Redis databases are its own. `./fleet review up` chooses it; 0: the
   * stack is no review.
   */
  reviewSlot: z.int().min(0).max(16).default(0).meta({ example: "1" }),
  /** Who may call the services of reviews, as members of a policy; left out: those whose roles in the project say so. */
  reviewers: z
    .array(z.string().regex(/^(user|group):[^@\s]+@[a-z0-9.-]+$|^domain:[a-z0-9.-]+$/, "not a member"))
    .default([])
    .meta({ allowed: "a list of members, such as group:team@example.com", example: "group:team@example.com" }),
  /** How often each secret (by full name) was rotated; raising the number generates a new value. */
  rotations: z
    .record(z.string(), z.int().min(0).max(100_000))
    .default({})
    .meta({ allowed: "a whole number from 0 to 100000 for each secret", example: "1" }),
  /** The rotation of each database password after which the user that rests got another one too. */
  rekeyed: z
    .record(z.string(), z.int().min(1).max(100_000))
    .default({})
    .meta({ allowed: "a whole number from 1 to 100000 for each secret", example: "1" }),
  /** The 12 digits of the AWS account whose SNS and SQS carry messages. */
  messagingAccount: z
    .string()
    .regex(/^\d{12}$/, "not an account")
    .optional()
    .meta({ allowed: "the 12 digits of an AWS account", example: "123456789012" }),
  /** The address of SNS and SQS; left out: AWS itself. */
  messagingEndpoint: z
    .string()
    .regex(
      /^https:\/\/[a-z0-9.-]+(:\d+)?$|^http:\/\/(([a-z0-9-]+\.)*localhost|127\.0\.0\.1)(:\d+)?$/,
      "not an endpoint",
    )
    .optional()
    .meta({ allowed: "an https URL without a path", example: "https://messaging.example.com" }),
};

/** The settings that the provider itself reads: `gcp:project` and `gcp:region`. */
export const placeSchema = z.strictObject({
  project: z
    .string()
    .regex(PROJECT, "not a project's id")
    .meta({ allowed: "the id of an existing project", example: "<project>" }),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d{1,2}$/, "not a region")
    .meta({ allowed: "a region of Google Cloud", example: "europe-west1" }),
});

export type CloudSettings = Readonly<z.infer<z.ZodObject<typeof cloudShape>> & z.infer<typeof placeSchema>>;
