import type { CloudSettings } from "../settings/cloud";
import type { Settings } from "../settings/schema";
import { REVIEW_BASE } from "../naming";
import { when, type Problem } from "../problems";
import type { PlannedService, CloudPlan } from "./plan";

/** Memorystore's databases, which all reviews share. */
const REDIS_DATABASES = 16;

type OfReviews = Pick<CloudSettings, "reviews" | "reviewSlot">;

/** A pull request's own stack: services, with databases on the servers of the stack review-base. */
export const isReview = ({ reviewSlot = 0 }: Partial<OfReviews>): boolean => reviewSlot > 0;

/** The stack whose servers and registry all reviews share; it runs no service. */
export const isReviewBase = (cloud: OfReviews): boolean => cloud.reviews > 0 && !isReview(cloud);

/** The stack after which a stack's servers and registry are named: a review has none of its own. */
export const serverStack = (stack: string, cloud: Partial<OfReviews>): string =>
  isReview(cloud) ? REVIEW_BASE : stack;

/** The stack whose name the databases and users on a shared server carry; undefined where the server is its own. */
export const reviewIn = ({ stack, cloud }: Pick<Settings, "stack" | "cloud">): string | undefined =>
  cloud && isReview(cloud) ? stack : undefined;

/** The settings of a stack of reviews, with what no such stack chooses: small, closed, unwatched, and gone when it is over. */
export const withReviews = (settings: Settings): Settings => {
  const { cloud } = settings;
  if (cloud === undefined || cloud.reviews === 0) return settings;
  const shared = { sql: "shared", redis: "shared", alerts: false, maxInstances: 1 } as const;
  return {
    ...settings,
    cloud: { ...cloud, ...shared, deletionProtection: isReviewBase(cloud) && cloud.deletionProtection },
  };
};

/** The Redis databases that services use, as "leads/redis 0", in the plan's order. */
const redisDatabasesOf = (services: CloudPlan["services"]): string[] =>
  [
    ...new Set(
      [...services.values()].flatMap(({ env }: PlannedService) =>
        Object.values(env).flatMap((value) =>
          typeof value === "object" && value.kind === "redis" ? placeOf(value.datastore, value.index) : [],
        ),
      ),
    ),
  ].sort();

const placeOf = (datastore: string, index: number): string => `${datastore} ${index}`;

/** How many Redis databases a review has. */
const shareOf = ({ reviews }: OfReviews): number => Math.floor(REDIS_DATABASES / reviews);

/** The numbers of all Redis databases of a slot. */
export const redisOfSlot = (of: OfReviews): number[] =>
  Array.from({ length: shareOf(of) }, (_, index) => (of.reviewSlot - 1) * shareOf(of) + index);

type RedisPlace = { plan: CloudPlan; datastore: string; index: number };

/** The number of a review's Redis database on the server that all reviews share: its slot decides. */
export const reviewedRedisDatabase = ({ plan, datastore, index }: RedisPlace): number =>
  (plan.cloud.reviewSlot - 1) * shareOf(plan.cloud) +
  redisDatabasesOf(plan.services).indexOf(placeOf(datastore, index));

/** A review whose systems use more Redis databases than are its own. */
export const reviewProblems = (plan: CloudPlan): Problem[] => {
  const { cloud, services } = plan;
  if (!isReview(cloud)) return [];
  const [uses, has] = [redisDatabasesOf(services), shareOf(cloud)];
  return when(uses.length > has, {
    path: "fleet:reviews",
    message: `a review has ${has} of the ${REDIS_DATABASES} Redis databases where there are ${cloud.reviews} reviews at once, and its systems use ${uses.length}: ${uses.join(", ")}`,
    cure: `have fewer systems in it (./fleet review up <number> --systems leads), or fewer reviews at once: ./fleet pulumi config set fleet:reviews ${Math.floor(REDIS_DATABASES / uses.length)} --stack ${REVIEW_BASE}`,
  });
};
