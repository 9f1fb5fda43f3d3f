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

/** The review in a line that infra/targets/review_migrations.py printed. @throws Error where it is none */
export const readReview = (line: string): Review =>
  reviewSchema.parse((JSON.parse(line) as { review: unknown }).review);

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
  return [`${job}: ${steps.length} to apply`, ...lines, ...closing.map((line) => `  ${line}`)].join("\n");
};
