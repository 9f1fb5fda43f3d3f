import { connectGoogle } from "../django/manage/google";
import { withLocks } from "../django/migrations/locks";
import { reviewSchema, textOf, type Review } from "../django/migrations/review";
import { accessToken } from "../../rehearsal/access-token";
import type { Place } from "../rehearsal/place";
import type { Session } from "../start/set-up";
import type { Migration } from "./verdict";

/** What a migrate job of prod wrote of the migrations that it was to apply. */
export type JobReview = { job: string; review: Review };

const PAUSE_MS = 300;

/** The reviews that the migrate jobs have written since a moment (milliseconds since 1970), the last of each job. */
export const reviewsSince = async (of: { place: Place; session: Session; since: number }): Promise<JobReview[]> => {
  const { place, session, since } = of;
  const google = connectGoogle({ accessToken: accessToken(place.folder), env: session.env, pauseMs: PAUSE_MS });
  const filter = `resource.type="cloud_run_job" AND timestamp>="${new Date(since).toISOString()}"`;
  const found = new Map<string, Review>();
  for (const { resource, jsonPayload } of await google.entries({ project: place.project, filter })) {
    // It is the branch that writes it.
    const review = reviewSchema.safeParse(jsonPayload?.["review"]);
    const job = resource?.labels?.["job_name"];
    if (job !== undefined && review.success) found.set(job, withLocks(review.data));
  }
  return [...found].map(([job, review]) => ({ job, review })).sort((a, b) => a.job.localeCompare(b.job));
};

/** What the reviews say, and which migrations were applied without one. */
export const linesOf = (reviews: readonly JobReview[], applied: readonly Migration[]): string[] => {
  const reviewed = new Set(reviews.flatMap(({ review }) => review.steps.map(({ migration }) => migration)));
  const blind = applied.filter(({ name }) => !reviewed.has(name));
  return [
    ...reviews
      .filter(({ review }) => review.steps.length + review.backup.length > 0 || review.problem !== undefined)
      .flatMap((each) => textOf(each).split("\n"))
      .map((line) => line.trim()),
    ...blind.map(({ name }) => `${name}: not judged: its job wrote no review`),
  ];
};
