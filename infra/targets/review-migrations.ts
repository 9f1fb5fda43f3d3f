import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** With what the review ends, instead of the command, where a backup comes first. */
export const BACKUP_FIRST = 75;

/** The review of the migrations that `migrate` would apply: text for `python -c`, which needs Django alone. */
const script = (): string => readFileSync(resolve("infra/targets/review_migrations.py"), "utf8");

/** What says nothing of which migrations are applied; anything else, such as an app, would be reviewed as something else. */
const UNDERSTOOD = /^(--no-?input|--verbosity=\d|--database=[^=\s]+)$/;

/** A command that reviews the migrations that `python manage.py migrate` would apply; undefined for any other command. */
export const reviewOf = (command: readonly string[]): string[] | undefined => {
  const [python = "", file = "", verb, ...options] = command;
  if (!/^(\S*\/)?python[\d.]*$/.test(python) || !/(^|\/)manage\.py$/.test(file) || verb !== "migrate") return undefined;
  const databases = options.filter((option) => option.startsWith("--database="));
  if (databases.length > 1 || !options.every((option) => UNDERSTOOD.test(option))) return undefined;
  return [python, "-c", script(), ...databases];
};

/** Python for `manage.py shell` that prints what applied migrations did, after a mark; names as "app.name", by Django's database. */
export const reviewApplied = (of: { mark: string; applied: Readonly<Record<string, readonly string[]>> }): string =>
  [
    script().replace(/\nif __name__ == "__main__":\n[^]*$/, ""),
    `told = [review(alias, applied=names) for alias, names in json.loads(${JSON.stringify(JSON.stringify(of.applied))}).items()]`,
    `print(${JSON.stringify(of.mark)} + json.dumps([{key: step[key] for key in ("migration", "operations")} for each in told for step in each["steps"]]))`,
  ].join("\n");

/** The command that reviews and, unless a backup comes first, then becomes the one that is given; undefined where none can. */
export const reviewedFirst = (command: readonly string[]): string[] | undefined => {
  const review = reviewOf(command);
  return review && [...review, "--", ...command];
};
