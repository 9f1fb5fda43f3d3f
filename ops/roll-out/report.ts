import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inFleet } from "../stack/files";

/** How a roll-out ended, and its exit code. */
export const OUTCOMES = {
  /** The new revisions were judged, and all requests are theirs. */
  "rolled out": 0,
  /** No web service that served before has a new revision. */
  "nothing to judge": 0,
  /** All were put to the newest revisions, as was asked. */
  "at once": 0,
  /** The revisions of before serve again. */
  "taken back": 1,
  /** The update did not come to a trial; what served before still does. */
  "not begun": 1,
  /** The revisions of before were to serve again, and it is not known that they do. */
  "not taken back": 1,
  /** Somebody else began another one meanwhile. */
  "given up": 1,
  /** It was interrupted: the traffic stays as it is, and the next roll-out judges anew. */
  interrupted: 130,
} as const;

export type Outcome = keyof typeof OUTCOMES;

/** What was seen of a service in a step: how many requests of each revision, and how many of them were made for the purpose. */
export type Judged = {
  service: string;
  verdict: string;
  why?: string;
  fresh: { requests: number; errors: number };
  old: { requests: number; errors: number };
  /** Requests that were made for want of others, to each revision. */
  made: number;
};

/** A step of a roll-out: the share of the traffic in percent. */
export type Step = { percent: number; seconds: number; judged: Judged[] };

export type RollOutReport = {
  stack: string;
  /** The name of this roll-out, which is in the tags of its revisions. */
  run: string;
  commit: string;
  /** Whether the checkout holds nothing besides its commit. */
  isClean: boolean;
  outcome: Outcome;
  why: string[];
  /** The revisions of each service on trial. */
  services: { service: string; from: string; to: string }[];
  /** What was not judged, and why. */
  unjudged: string[];
  steps: Step[];
  seconds: number;
};

/** The report as Markdown. */
export const markdownOf = (report: RollOutReport): string =>
  [
    `### Roll-out of ${code(report.commit.slice(0, 8))}${report.isClean ? "" : " (with changes that are not committed)"} to ${code(report.stack)}: ${report.outcome}`,
    "",
    ...report.why.map((line) => `- ${code(line)}`),
    ...(report.why.length > 0 ? [""] : []),
    ...report.services.map(({ service, from, to }) => `- ${code(service)}: from ${code(from)} to ${code(to)}`),
    ...(report.services.length > 0 ? [""] : []),
    ...(report.steps.length > 0
      ? [
          "| share | service | new: failed | old: failed | made for it | verdict |",
          "|---|---|---|---|---|---|",
          ...report.steps.flatMap(({ percent, judged }) =>
            judged.map(
              ({ service, verdict, fresh, old, made }) =>
                `| ${percent} % | ${service} | ${fresh.errors} of ${fresh.requests} | ${old.errors} of ${old.requests} | ${made} | ${verdict} |`,
            ),
          ),
          "",
        ]
      : []),
    ...(report.unjudged.length > 0 ? ["Not judged:", ...report.unjudged.map((line) => `- ${code(line)}`), ""] : []),
    `It took ${report.seconds} s.`,
    "",
  ].join("\n");

/** Text of others cannot end the code that it stands in, nor begin a line. */
const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll(/\s+/g, " ").slice(0, 500)}\``;

/** Keeps the report for people, programs and a workflow's summary, by the stack's name. */
export const keepReport = (report: RollOutReport): { json: string; markdown: string } => {
  const folder = inFleet("roll-out");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [json, markdown] = [path.join(folder, `${report.stack}.json`), path.join(folder, `${report.stack}.md`)];
  writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(markdown, markdownOf(report));
  return { json, markdown };
};
