import type Docker from "dockerode";
import { PlainError } from "../../../infra/problems";
import { reviewOf } from "../../../infra/targets/review-migrations";
import { idOf } from "../../stack/select";
import { captureOneOff } from "../one-off";
import type { MigrationJob } from "./jobs";
import { withLocks } from "./locks";
import { OTHER_COMMAND, readReview, type Review } from "./review";

/**
 * The review of the migrations that a job would apply now, made in a container like the job's, with its code and settings.
 * @throws PlainError where it cannot be made
 */
export const reviewNow = async ({ docker, job }: { docker: Docker; job: MigrationJob }): Promise<Review> => {
  const command = reviewOf(job.command);
  if (command === undefined) return OTHER_COMMAND;
  const { code, stdout } = await captureOneOff({ docker, container: job.container, command });
  if (code !== 0) throw new PlainError(`${idOf(job)}: its migrations could not be reviewed; Django's lines are above`);
  return withLocks(readReview(stdout.trim().split("\n").at(-1) ?? ""));
};
