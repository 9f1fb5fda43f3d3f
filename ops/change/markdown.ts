import type { ChangeReport } from "./rehearse-change";
import { testLines } from "./base-tests";
import type { Rows } from "./looks";
import { linesOf } from "./reviews";
import { failuresIn, PHASES, type Traffic } from "./traffic";
import type { Filled } from "./test-data/fill";
import type { Touched } from "./touched";
import { seconds, type Measured, type Verdict } from "./verdict";

/** The verdicts as people read them. */
export const WORDS: Record<Verdict["verdict"], string> = {
  safe: "safe",
  unsafe: "not safe",
  window: "needs a window",
  "not judged": "not judged",
};

const marked = ({ verdict }: Verdict): string => (verdict === "safe" ? WORDS.safe : `**${WORDS[verdict]}**`);

/** The report as Markdown: verdicts on top, what was seen below. */
export const markdownOf = ({ from, to, touched, verdicts, measured, baseTests, seconds: took }: ChangeReport): string =>
  [
    `### Change rehearsal from ${code("commit" in from ? `${from.ref} (${from.commit.slice(0, 8)})` : from.ref)} to ${code(to.commit.slice(0, 8))}${to.isClean ? "" : ", with changes that are not committed"}`,
    "",
    "| | |",
    "|---|---|",
    `| to roll out | ${marked(verdicts.rollOut)} |`,
    `| to go back | ${marked(verdicts.goBack)} |`,
    "",
    ...(touched ? rehearsedOf(touched) : []),
    ...reasons("To roll out", verdicts.rollOut),
    ...reasons("To go back", verdicts.goBack),
    ...(measured ? details(measured, testLines(baseTests, from.ref)) : []),
    "",
    `It took ${took} s.`,
    "",
  ].join("\n");

const rehearsedOf = ({ systems, leftOut, because }: Touched): string[] => [
  ...systems.map((name) => `- ${code(`${name} is rehearsed: ${because[name]} differs`)}`),
  ...leftOut.map((name) => `- ${code(`${name} is left out, although ${because[name]} differs, which all share`)}`),
  "",
];

const reasons = (title: string, { why }: Verdict): string[] =>
  why.length === 0 ? [] : [`${title}:`, ...why.map((line) => `- ${code(line)}`), ""];

const details = (
  { traffic, locks, migrations, reviews = [], resources, rolled, rows, filled, healthAlone }: Measured,
  tests: readonly string[],
): string[] => [
  "<details><summary>What was seen</summary>",
  "",
  ...table(
    ["phase", "service", "requests", "failed", "median", "95 %", "longest"],
    [...traffic]
      .sort(byPhase)
      .map((each) => [
        each.phase,
        each.service,
        String(each.asked),
        String(failuresIn(each)),
        ...[each.medianMs, each.p95Ms, each.longestMs].map((ms) => `${ms} ms`),
      ]),
  ),
  ...(healthAlone.length > 0 ? section("Asked for their health alone, as the demo has no session", healthAlone) : []),
  ...section("Rows before", [...rowsOf(rows.before), ...notFilled(filled)]),
  ...section(
    "Migrations",
    migrations.map(({ database, name, ms }) => `${database}: ${name}, ${seconds(ms)}`),
  ),
  ...section("Migrations, reviewed", [...linesOf(reviews, migrations), ...tests]),
  ...section(
    "Locks",
    locks
      .slice(0, 20)
      .map(
        ({ database, table: of = "", heldMs, waitedMs, query }) =>
          `${database}.${of}: held ${seconds(heldMs)}, others waited ${seconds(waitedMs)}: ${query}`,
      ),
  ),
  ...section(
    "Revisions rolled",
    Object.entries(rolled).map(([name, { from, to }]) => `${name}: ${from} to ${to}`),
  ),
  ...section(
    "Resources",
    Object.entries(resources).flatMap(([what, urns]) =>
      urns.map((urn) => `${what}: ${urn.split("::").slice(2).join(" ")}`),
    ),
  ),
  "</details>",
];

/** The largest tables, on which a lock is felt. */
const rowsOf = (rows: Rows): string[] =>
  Object.entries(rows).map(([database, tables]) => {
    const largest = Object.entries(tables)
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3);
    return `${database}: ${largest.map(([table, count]) => `${table} ${count}`).join(", ") || "none"}`;
  });

const notFilled = (filled: Filled): string[] =>
  Object.entries(filled).flatMap(([service, how]) =>
    "why" in how ? [`${service} has no test data, only what its clients made: ${how.why}`] : [],
  );

const byPhase = (a: Traffic, b: Traffic): number =>
  PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || a.service.localeCompare(b.service);

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [`${title}: none`, ""] : [`${title}:`, ...lines.map((line) => `- ${code(line)}`), ""];

/** Its columns are as wide as their widest cells, so that it is read as text too. */
const table = (head: readonly string[], rows: readonly string[][]): string[] => {
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((cells) => cells[column] ?? "")].map(({ length }) => length)),
  );
  const padded = (cells: readonly string[]): string[] => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  return [
    row(padded(head)),
    row(widths.map((width) => "-".repeat(width))),
    ...rows.map((cells) => row(padded(cells))),
    "",
  ];
};

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Text of others cannot end the code that it stands in, nor begin a line. */
const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll(/\s+/g, " ").slice(0, 500)}\``;
