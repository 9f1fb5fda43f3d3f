import { rmSync } from "node:fs";
import { PlainError } from "../../../infra/problems";
import { reviewOf } from "../../../infra/targets/review-migrations";
import type { RunningStack } from "../../stack/running";
import { idOf } from "../../stack/select";
import type { CodePart } from "../code";
import { captureOneOff } from "../one-off";
import { pytest } from "../tests";
import { bindsOf, hasOtherMigrations, hasService, servicesAt } from "./base-code";
import type { MigrationJob } from "./jobs";
import { withLocks } from "./locks";
import { OTHER_COMMAND, readReview, type Review, type Tests } from "./review";

type Base = { ref: string; commit: string };
type Comparing = { running: RunningStack; base: Base; part: CodePart; jobs: readonly MigrationJob[] };

/** The reviews of a service's migrations that a commit does not have, and how the commit's own tests do on what they make. */
export type Compared = { reviews: { job: string; review: Review }[]; tests: Tests };

/**
 * In the test databases of a service in development: the commit's code makes them, this checkout's migrations are reviewed there and
 * applied, and the commit's tests run on the outcome. A sentence where there is nothing to compare.
 */
export const compareWith = async (of: Comparing): Promise<Compared | string> => {
  const { commit, ref } = of.base;
  if (!hasService(commit, of.part.folder)) return `${ref} does not have it`;
  if (!hasOtherMigrations(commit, of.part.folder)) return `it has the migrations of ${ref}`;
  const folder = servicesAt(commit);
  const bench = new Bench(of, bindsOf(folder, of.part.folder));
  try {
    await bench.must("base", MAKE);
    const reviews: Compared["reviews"] = [];
    for (const job of of.jobs) reviews.push({ job: idOf(job), review: await reviewed(bench, job) });
    await bench.must("this", MAKE, "keep");
    return { reviews, tests: await judged(bench, ref) };
  } finally {
    await bench.run("this", ["python", "-c", DROP]);
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A job's review, made by this checkout's code in its test database. */
export const reviewed = async (bench: Pick<Bench, "must">, job: MigrationJob): Promise<Review> => {
  const [, , script, ...options] = reviewOf(job.command) ?? [];
  if (script === undefined) return OTHER_COMMAND;
  return withLocks(readReview(lastLine(await bench.must("this", script, "--test", ...options))));
};

/** Makes the test databases, or brings those that there are up to date. */
const MAKE = `
import sys, django
django.setup()
from django.test.utils import setup_databases
setup_databases(verbosity=0, interactive=False, keepdb=sys.argv[1:] == ["keep"], serialized_aliases=set())
`;

const DROP = `
import django
django.setup()
from django.db import connections
for connection in connections.all():
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
    connection.creation.destroy_test_db(name, verbosity=0)
`;

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

type Whose = "base" | "this";

/** Containers like a service's, with the code of the base or of this checkout. */
class Bench {
  constructor(
    private readonly of: Comparing,
    private readonly binds: readonly string[],
  ) {}

  run(whose: Whose, command: readonly string[]): Promise<{ code: number; stdout: string }> {
    const { running, part } = this.of;
    return captureOneOff({
      ...{ docker: running.docker, container: part.container, command, env: ["ENVIRONMENT=test", "DEBUG=False"] },
      ...(whose === "base" && { binds: this.binds }),
      memoryBytes: 2 * 1024 ** 3,
    });
  }

  async must(whose: Whose, script: string, ...args: string[]): Promise<string> {
    const { code, stdout } = await this.run(whose, ["python", "-c", script, ...args]);
    if (code === 0) return stdout;
    const what = whose === "base" ? `the code of ${this.of.base.ref}` : "this checkout";
    throw new PlainError(`${idOf(this.of.part)}: its test databases could not be made by ${what}; its lines are above`);
  }

  tests(tests: readonly string[] = []): Promise<{ code: number; stdout: string }> {
    const options = ["--reuse-db", "-rfE", "--tb=no", ...tests.map((name) => `'${name.replaceAll("'", `'\\''`)}'`)];
    return this.run("base", ["sh", "-c", pytest({ with: options.join(" "), isTerminal: false })]);
  }
}

/** What fails on the base's own schema too is no matter of the migrations. */
const judged = async (bench: Bench, ref: string): Promise<Tests> => {
  const { code, stdout } = await bench.tests();
  if (code === 0) return { ref, verdict: "pass", failed: [] };
  const failed = failedIn(stdout);
  if (failed.length === 0)
    return { ref, verdict: "not judged", failed: [], why: lastLine(stdout) || `exit code ${code}` };
  await bench.must("base", MAKE);
  const anyway = new Set(failedIn((await bench.tests(failed)).stdout));
  const own = failed.filter((name) => !anyway.has(name));
  const why = anyway.size === 0 ? {} : { why: `${anyway.size} of its tests fail on its own schema too` };
  return { ref, verdict: own.length > 0 ? "fail" : "not judged", failed: own, ...why };
};

/** The tests that pytest's summary names as failed. */
export const failedIn = (stdout: string): string[] =>
  [...stdout.matchAll(/^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$/gm)].map(([, name = ""]) => name);
