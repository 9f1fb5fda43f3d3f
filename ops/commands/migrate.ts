import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { runToEnd } from "../django/one-off";
import { migrationJobs, type MigrationJob } from "../django/migrations/jobs";
import { reviewNow } from "../django/migrations/ask";
import { compareWith } from "../django/migrations/base-tests";
import { testsInWords, textOf, type Review } from "../django/migrations/review";
import { commitOf } from "../change/base";
import { codePartsOf, webParts } from "../django/code";
import { openStack, type RunningStack } from "../stack/running";
import { idOf } from "../stack/select";
import { requireState } from "../stack/guards";

type Options = { stack: string; plan?: boolean; json?: boolean; from?: string };

export const register: Register = (program) => {
  withStack(program.command("migrate"))
    .description("apply the migrations of all systems, or of those named (leads, callcenter/migrate-mariadb)")
    .argument("[systems...]")
    .option(
      "--plan",
      "only review what would run: what cannot be undone, breaks the code that still serves, locks, or loses data",
    )
    .option(
      "--from <git ref>",
      "review what this checkout has beyond that, on the test databases of its services, and run the tests of that on the outcome",
    )
    .option("--json", "the review as JSON")
    .action(withExitCode(migrate));
};

/** Applies migrations by running the stack's own jobs again, or prints the review of what they would do. */
export const migrate = async (names: readonly string[], { stack, plan, json, from }: Options): Promise<number> => {
  const running = await openStack(stack);
  const jobs = migrationJobs({ running, names });
  if (from !== undefined) return compare({ running, jobs, json: json ?? false, from });
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
  const reviews: { job: string; review: Review }[] = [];
  for (const job of jobs) reviews.push({ job: idOf(job), review: await reviewNow({ docker: running.docker, job }) });
  process.stdout.write(`${json ? JSON.stringify(reviews, null, 2) : reviews.map(textOf).join("\n")}\n`);
  return reviews.some(({ review }) => review.problem !== undefined) ? 1 : 0;
};

/** 1 where a test of the code of before fails on the schema of now. */
const compare = async ({ running, jobs, json, from }: Showing & { from: string }): Promise<number> => {
  const base = { ref: from, commit: commitOf(from).commit };
  const folderOf = ({ container }: MigrationJob): string | undefined =>
    running.published.plan.services.find((planned) => planned.container === container)?.image;
  const folders = new Set(jobs.map(folderOf));
  const names = webParts(running)
    .filter(({ folder }) => folders.has(folder))
    .map(idOf);
  const compared = [];
  for (const part of await codePartsOf({ running, names })) {
    const own = jobs.filter((job) => folderOf(job) === part.folder);
    process.stderr.write(`${idOf(part)}\n`);
    const found = await compareWith({ running, base, part, jobs: own });
    if (typeof found === "string") process.stderr.write(`  ${found}\n`);
    else compared.push({ service: idOf(part), ...found });
  }
  const told = compared.flatMap(({ reviews, tests }) => [...reviews.map(textOf), `  ${testsInWords(tests)}`]);
  process.stdout.write(json ? `${JSON.stringify(compared, null, 2)}\n` : told.map((line) => `${line}\n`).join(""));
  return compared.some(({ tests }) => tests.verdict === "fail") ? 1 : 0;
};
