import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { runToEnd } from "../django/one-off";
import { migrationJobs, type MigrationJob } from "../django/migrations/jobs";
import { planOf, type Step } from "../django/migrations/plan";
import { openStack, type RunningStack } from "../stack/running";
import { idOf } from "../stack/select";
import { requireState } from "../stack/guards";

type Options = { stack: string; plan?: boolean; json?: boolean };

export const register: Register = (program) => {
  withStack(program.command("migrate"))
    .description("apply the migrations of all systems, or of those named (leads, callcenter/migrate-mariadb)")
    .argument("[systems...]")
    .option("--plan", "only show what would run, and which operations are irreversible")
    .option("--json", "the plan as JSON")
    .action(withExitCode(migrate));
};

/** Applies migrations by running the stack's own jobs again, or prints what they would do. */
export const migrate = async (names: readonly string[], { stack, plan, json }: Options): Promise<number> => {
  const running = await openStack(stack);
  const jobs = migrationJobs({ running, names });
  if (plan || json) return showPlan({ running, jobs, json: json ?? false });
  await requireState({ running, parts: jobs, are: "at rest" });
  for (const job of jobs) {
    process.stderr.write(`${idOf(job)}\n`);
    // It is the container of an update: if it fails here, the next update runs it again and waits for it.
    const code = await runToEnd(running.docker.getContainer(job.container));
    if (code === 0) continue;
    process.stderr.write(`${idOf(job)} failed with exit code ${code}; the jobs after it were not run\n`);
    return 1;
  }
  return 0;
};

type Showing = { running: RunningStack; jobs: readonly MigrationJob[]; json: boolean };

const showPlan = async ({ running, jobs, json }: Showing): Promise<number> => {
  await requireState({ running, parts: jobs, are: "made" });
  const plans: { job: string; steps: Step[] }[] = [];
  for (const job of jobs) plans.push({ job: idOf(job), steps: await planOf({ docker: running.docker, job }) });
  process.stdout.write(`${json ? JSON.stringify(plans, null, 2) : plans.map(text).join("\n")}\n`);
  return 0;
};

/** A job's plan for people. */
export const text = ({ job, steps }: { job: string; steps: readonly Step[] }): string => {
  if (steps.length === 0) return `${job}: nothing to apply`;
  const lines = steps.flatMap(({ migration, operations }) => [
    `  ${migration}`,
    ...operations.map(({ does, final }) => `    ${does}${final ? `  [${final}]` : ""}`),
  ]);
  const finals = steps.flatMap(({ operations }) => operations).filter(({ final }) => final).length;
  const closing = finals > 0 ? `${finals} of it cannot be undone; first: ./fleet backup` : "all of it can be undone";
  return [`${job}: ${steps.length} to apply`, ...lines, `  ${closing}`].join("\n");
};
