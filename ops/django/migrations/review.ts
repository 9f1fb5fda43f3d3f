import * as z from "zod";

/** The words of a review (docs/migrations.md); infra/targets/review_migrations.py has the same. */
export const KINDS = [
  "cannot be undone",
  "breaks the code that still serves",
  "loses data",
  "locks",
  "not judged",
] as const;

const findingSchema = z.object({ kind: z.enum(KINDS), says: z.string() });
export type Finding = z.infer<typeof findingSchema>;

export const stepSchema = z.object({
  /** `leads.0003_statistics` */
  migration: z.string(),
  operations: z.array(z.object({ does: z.string(), findings: z.array(findingSchema) })),
  /** What is said of the migration as a whole: what locks, in the first place. */
  findings: z.array(findingSchema),
  /** What `sqlmigrate` prints; empty where that cannot be known. */
  sql: z.string(),
});
export type Step = z.infer<typeof stepSchema>;

export const reviewSchema = z.object({
  /** Django's name of the database: `postgresql`; empty where nothing could be judged. */
  vendor: z.string(),
  /** The major version of Postgres. */
  version: z.number().optional(),
  steps: z.array(stepSchema),
  /** Each reason why a backup comes first; none where none does. */
  backup: z.array(z.string()),
  /** Why nothing of it can be applied. */
  problem: z.string().optional(),
});

/** What the migrations that are not applied yet would do to a database. */
export type Review = z.infer<typeof reviewSchema>;

/** The review of a job whose command nobody can judge. */
export const OTHER_COMMAND: Review = {
  vendor: "",
  steps: [],
  backup: ["not judged: its command is not `python manage.py migrate` of everything that is not applied yet"],
};

/** The review in a line that infra/targets/review_migrations.py printed. @throws Error where it is none */
export const readReview = (line: string): Review =>
  reviewSchema.parse((JSON.parse(line) as { review: unknown }).review);

/** How the tests of the code of before do on the schema of now. */
export type Tests = {
  ref: string;
  verdict: "pass" | "fail" | "not judged";
  /** Those that fail, and pass on the schema of their own. */
  failed: string[];
  why?: string;
};

const MOST_NAMED = 5;

const named = (tests: readonly string[]): string =>
  [...tests.slice(0, MOST_NAMED), ...(tests.length > MOST_NAMED ? [`${tests.length - MOST_NAMED} more`] : [])].join(
    ", ",
  );

/** The line about them. */
export const testsInWords = ({ ref, verdict, failed, why }: Tests): string => {
  const more = why === undefined ? "" : ` (${why})`;
  if (verdict === "pass") return `the tests of ${ref} pass on this schema`;
  if (verdict === "not judged") return `not judged: the tests of ${ref}${more}`;
  return `breaks the code that still serves: ${failed.length} of the tests of ${ref} fail on this schema${more}: ${named(failed)}`;
};

export const inWords = ({ kind, says }: Finding): string => `${kind}: ${says}`;

/** Everything that is said of a step: of it as a whole, then of each operation. */
export const findingsOf = ({ findings, operations }: Step): Finding[] => [
  ...findings,
  ...operations.flatMap((operation) => operation.findings),
];

/** A job's review for people. */
export const textOf = ({ job, review }: { job: string; review: Review }): string => {
  const { steps, backup, problem } = review;
  if (problem !== undefined) return `${job}: ${problem}`;
  if (backup.length === 0 && steps.length === 0) return `${job}: nothing to apply`;
  const lines = steps.flatMap(({ migration, operations, findings }) => [
    `  ${migration}`,
    ...findings.map((finding) => `    [${inWords(finding)}]`),
    ...operations.map((operation) =>
      [`    ${operation.does}`, ...operation.findings.map((finding) => `[${inWords(finding)}]`)].join("  "),
    ),
  ]);
  const closing = backup.length > 0 ? backup.map((why) => `a backup comes first: ${why}`) : ["no backup is needed"];
  const many = steps.length === 0 ? "nobody knows what is" : steps.length;
  return [`${job}: ${many} to apply`, ...lines, ...closing.map((line) => `  ${line}`)].join("\n");
};
