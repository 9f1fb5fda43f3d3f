import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { PlainError } from "../../problems";
import type { Guard, JobRunner } from "./google";
import { createRunJob, type RunJobArgs } from "./job";
import { GENERATION_LABEL } from "./labels";

/** The arguments of a job that an update runs. */
type OneShot = Omit<RunJobArgs, "runLabels" | "keeps"> & {
  /** For the message: `booking/reservas-migrate`. */
  what: string;
  /** The state for which it runs; another value runs it again. */
  generation: string;
  runner: JobRunner;
  /** Stands before a job that may lose data. */
  guard?: Guard;
};

/** Creates a job, and resolves to it once it has run to its end. */
export const oneShot = ({ what, generation, runner, guard, ...args }: OneShot): pulumi.Output<gcp.cloudrunv2.Job> =>
  runOnce(createRunJob({ ...args, runLabels: { [GENERATION_LABEL]: generation } }), {
    ...{ what, generation, runner },
    ...(guard && { guard }),
  });

/**
 * Runs a job to its end, before anything that depends on this output is touched.
 *
 * Google's list of runs decides in every update, not Pulumi's state: a run that failed is run again, one that succeeded
 * for this generation is not, whatever else of the job has changed (docs/decisions, 15).
 */
const runOnce = (
  job: gcp.cloudrunv2.Job,
  { what, generation, runner, guard }: Pick<OneShot, "what" | "generation" | "runner" | "guard">,
): pulumi.Output<gcp.cloudrunv2.Job> =>
  // `etag` is known only once the job is made or changed: a preview ends here.
  pulumi.all([job.id, job.etag]).apply(async ([id]) => {
    if (pulumi.runtime.isDryRun()) return job;
    const failure = await runner.run({ job: id, label: GENERATION_LABEL, generation, ...(guard && { guard }) });
    if (failure === undefined) return job;
    throw new PlainError(
      [
        `${what} failed; what depends on it was left as it was.`,
        `    ${failure}`,
        "  cure: mend the cause, then run the update again: it runs this again.",
      ].join("\n"),
    );
  });

/** A generation as a label's value. */
export const shortHash = (parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
