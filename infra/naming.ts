import { createHash } from "node:crypto";

/**
 * Every physical name. A logical (Pulumi) name is an identity and never changes; physical names are for people, and
 * a stack's name keeps several stacks apart on one machine.
 */

/** Where names appear as host names (RFC 1123) the limit is 63; Docker itself sets none. */
export const DOCKER_NAME_LIMIT = 63;

/** Lower-case words joined by `-` or `_`, starting with a letter: what Docker, DNS labels and SQL names all accept. */
export const NAME_PATTERN = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;

type Owned = { stack: string; system: string };

/** `callcenter_dev_web`: a container. */
export const containerName = ({ stack, system, role }: Owned & { role: string }): string => joined(system, stack, role);

/** `callcenter_dev_network`: the system's own network (specification 000 names it so). */
export const networkName = ({ stack, system }: Owned): string => joined(system, stack, "network");

/** `leads_dev_service_network`: a network that other systems may join. */
export const sharedNetworkName = ({ stack, system, network }: Owned & { network: string }): string =>
  joined(system, stack, network);

/** `callcenter_dev_db_postgres_data`: a datastore's volume. */
export const volumeName = (of: Owned & { role: string }): string => dataVolumeOf(containerName(of));

/** The name of a datastore's volume, from its container's name: a container that mounts it is a datastore. */
export const dataVolumeOf = (container: string): string => `${container}_data`;

/** `fleet/callcenter:development-0f1e2d3c4b5a`: a built image, by its stage and the hash of its content. */
export const imageName = ({ image, stage, hash }: { image: string; stage: string; hash: string }): string =>
  `fleet/${image}:${stage}-${hash.slice(0, 12)}`;

/** `callcenter-django-secret-key`: a secret's name within the stack, and the key of its value in `fleet:secrets`. */
export const secretName = ({ system, secret }: { system: string; secret: string }): string => `${system}-${secret}`;

const joined = (...parts: string[]): string => parts.join("_");

/** The longest name that each kind of thing on Google Cloud may have. */
const GOOGLE_NAME_LIMITS = {
  /** Cloud Run services, jobs and worker pools; the shortest of their limits. */
  run: 49,
  serviceAccount: 30,
  sqlInstance: 84,
  redisInstance: 40,
  secret: 255,
  repository: 63,
} as const;

type GoogleNamed = { kind: keyof typeof GOOGLE_NAME_LIMITS; stack: string; parts: readonly string[] };

/** `prod-booking-reservas`: the name of a part on Google Cloud; `kind` limits its length. */
export const googleName = ({ kind, stack, parts }: GoogleNamed): string => {
  const name = [stack, ...parts].join("-").replaceAll("_", "-");
  const limit = GOOGLE_NAME_LIMITS[kind];
  if (name.length <= limit) return name;
  // A hash keeps truncated names unique.
  const mark = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, limit - 7).replace(/-+$/, "")}-${mark}`;
};

/** The stack that holds what all reviews share: servers and registry. */
export const REVIEW_BASE = "review-base";

/** `pr-12`: the stack of a pull request's review. */
export const reviewStack = (number: number): string => `pr-${number}`;

/** The pull request whose review a stack is, by its name. */
export const reviewNumber = (stack: string): number | undefined => {
  const [, number] = /^pr-([1-9]\d{0,8})$/.exec(stack) ?? [];
  return number === undefined ? undefined : Number(number);
};

/** `leads_pr_12`: a database, or a user, of a review on the server that all reviews share. */
export const reviewedName = (name: string, review: string | undefined): string =>
  review === undefined ? name : `${name}_${review.replaceAll("-", "_")}`;

/** `pr-12-flash-promos`: an SNS topic of the review stack pr-12, in an AWS account that other stacks use too. */
export const topicName = ({ review, topic }: { review: string | undefined; topic: string }): string =>
  review === undefined ? topic : `${review}-${topic}`;

/** `review-base-slot-1`: what only one review can have. */
export const slotName = (slot: number): string => `${REVIEW_BASE}-slot-${slot}`;
