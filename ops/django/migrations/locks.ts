import { spawnSync } from "node:child_process";
import * as z from "zod";
import { installPythonTools, python } from "../../stack/python-tools";
import type { Finding, Review, Step } from "./review";

/** What squawk's rules about locks mean for whoever uses a table; the first that meets a statement tells it. */
const LOCKS: Record<string, string> = {
  "changing-column-type": "nobody reads or writes while the table may be written anew",
  "adding-field-with-default": "nobody reads or writes while the table is written anew",
  "adding-serial-primary-key-field": "nobody reads or writes while the table is written anew",
  "disallowed-unique-constraint": "nobody reads or writes while an index is built",
  "adding-not-nullable-field": "nobody reads or writes while every row is checked",
  "adding-foreign-key-constraint": "nobody writes to either table while every row is checked",
  "constraint-missing-not-valid": "nobody writes while every row is checked",
  "require-concurrent-index-creation": "nobody writes while an index is built",
  "require-concurrent-index-deletion": "nobody reads or writes once it waits for whoever uses the table",
};

const UNREADABLE = "syntax-error";

const reportSchema = z.array(z.object({ line: z.number(), line_end: z.number(), rule_name: z.string() }));
type Reported = z.infer<typeof reportSchema>[number];

/** A review with what locks in it, by squawk over the SQL: for Postgres, and else with why that is not judged. */
export const withLocks = (review: Review): Review => {
  const made = new Set<string>();
  const steps = review.steps.map((step) => ({ ...step, findings: [...step.findings, ...locksIn(step, review, made)] }));
  return { ...review, steps };
};

const unjudged = (why: string): Finding[] => [{ kind: "not judged", says: `what locks, for ${why}` }];

/** @param made the tables that the steps before have made, which nobody uses yet; those of this one are added */
const locksIn = (step: Step, { vendor, version = 15 }: Review, made: Set<string>): Finding[] => {
  // What has none says itself why.
  if (step.sql === "") return [];
  if (vendor !== "postgresql") return unjudged(`the rules are those of Postgres, and this is ${vendor}`);
  const reported = squawk(step.sql, version);
  if (typeof reported === "string") return unjudged(reported);
  const lines = step.sql.split("\n");
  const found = new Map<string, string>();
  for (const [rule, means] of Object.entries(LOCKS))
    for (const { line, line_end } of reported.filter(({ rule_name }) => rule_name === rule)) {
      const statement = lines
        .slice(line, line_end + 1)
        .join(" ")
        .trim();
      if (!found.has(statement) && !made.has(tableIn(statement))) found.set(statement, means);
    }
  for (const [, table = ""] of step.sql.matchAll(/^CREATE TABLE "?([\w.]+)"?/gm)) made.add(table);
  return [...found].map(([statement, means]) => ({ kind: "locks", says: `${means}: ${statement.slice(0, 300)}` }));
};

/** The table that a statement is about; empty where that is not seen. */
const tableIn = (statement: string): string =>
  /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX .*? ON)\s+"?([\w.]+)"?/.exec(statement)?.[1] ?? "";

/** What squawk says of SQL, or why it says nothing. */
const squawk = (sql: string, version: number): Reported[] | string => {
  try {
    installPythonTools();
  } catch (error) {
    return `squawk could not be installed: ${(error as Error).message.replaceAll(/\s+/g, " ")}`;
  }
  const args = ["--reporter", "json", "--pg-version", String(version), "--stdin-filepath", "migration.sql"];
  const { stdout, stderr, error } = spawnSync(python("squawk"), args, { input: sql, encoding: "utf8" });
  try {
    const reported = reportSchema.parse(JSON.parse(stdout));
    return reported.some(({ rule_name }) => rule_name === UNREADABLE) ? "squawk does not understand its SQL" : reported;
  } catch {
    return `squawk ended without a report: ${(error?.message ?? stderr).trim().slice(0, 300)}`;
  }
};
