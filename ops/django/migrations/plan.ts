import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import * as z from "zod";
import { PlainError } from "../../../infra/problems";
import { captureOneOff } from "../one-off";
import { idOf } from "../../stack/select";
import type { MigrationJob } from "./jobs";

const stepsSchema = z.array(
  z.object({
    /** `leads.0003_statistics` */
    migration: z.string(),
    /** Each operation, and why it is irreversible; `final` is empty for a reversible one. */
    operations: z.array(z.object({ does: z.string(), final: z.string() })),
  }),
);

export type Step = z.infer<typeof stepsSchema>[number];

const SCRIPT = "ops/django/migrations/plan.py";

/** The migrations that a job would apply now, read in a container like the job's, with its code and settings. */
export const planOf = async ({ docker, job }: { docker: Docker; job: MigrationJob }): Promise<Step[]> => {
  const command = ["python", "-c", readFileSync(SCRIPT, "utf8"), ...databaseOf(job)];
  const { code, stdout } = await captureOneOff({ docker, container: job.container, command });
  if (code !== 0) throw new PlainError(`${idOf(job)}: its plan could not be made; Django's lines are above`);
  return stepsSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]"));
};

const databaseOf = ({ command }: MigrationJob): string[] =>
  command.flatMap((argument) => /^--database=(.+)$/.exec(argument)?.[1] ?? []);
