import type { ChangeReport } from "./rehearse-change";
import { linesOf } from "./reviews";
import { failuresIn, PHASES, type Traffic } from "./sessions";
import { seconds, type Measured, type Verdict } from "./verdict";

const WORDS: Record<Verdict["verdict"], string> = {
  safe: "safe",
  unsafe: "**not safe**",
  window: "**needs a window**",
  "not judged": "not judged",
};

/** The report as Markdown: verdicts on top, what was seen below. */
export const markdownOf = ({ from, to, verdicts, measured, seconds: took }: ChangeReport): string =>
  [
    `### Change rehearsal from ${code("commit" in from ? `${from.ref} (${from.commit.slice(0, 8)})` : from.ref)} to ${code(to.commit.slice(0, 8))}${to.isClean ? "" : ", with changes that are not committed"}`,
    "",
    "| | |",
    "|---|---|",
    `| to roll out | ${WORDS[verdicts.rollOut.verdict]} |`,
    `| to go back | ${WORDS[verdicts.goBack.verdict]} |`,
    "",
    ...reasons("To roll out", verdicts.rollOut),
    ...reasons("To go back", verdicts.goBack),
    ...(measured ? details(measured) : []),
    "",
    `It took ${took} s.`,
    "",
  ].join("\n");

const reasons = (title: string, { why }: Verdict): string[] =>
  why.length === 0 ? [] : [`${title}:`, ...why.map((line) => `- ${code(line)}`), ""];

const details = ({ traffic, locks, migrations, reviews = [], resources, rolled }: Measured): string[] => [
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
  ...section(
    "Migrations",
    migrations.map(({ database, name, ms }) => `${database}: ${name}, ${seconds(ms)}`),
  ),
  ...section("Migrations, reviewed", linesOf(reviews, migrations)),
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

const byPhase = (a: Traffic, b: Traffic): number =>
  PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || a.service.localeCompare(b.service);

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [`${title}: none`, ""] : [`${title}:`, ...lines.map((line) => `- ${code(line)}`), ""];

const table = (head: readonly string[], rows: readonly string[][]): string[] => [
  row(head),
  row(head.map(() => "---")),
  ...rows.map(row),
  "",
];

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Text of others cannot end the code that it stands in, nor begin a line. */
const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll(/\s+/g, " ").slice(0, 500)}\``;
