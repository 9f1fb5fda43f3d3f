import { versions, type Estimate } from "./estimate";
import { prices } from "./prices";
import { traffics } from "./traffic";
import { columns } from "../ops/terminal/columns";

/** Costs that the estimate leaves out. */
export const LEFT_OUT = [
  "traffic out of Google's network (0.12 per GB in most places, the first GB free)",
  "Google's free CPU and memory for Cloud Run, shared by all projects of a billing account: the bill can be lower",
  "starts of instances, jobs (a minute at each update), logs above 50 GiB, alerts and uptime checks: cents",
  "extended support, where MySQL 8.0 is deployed (Google charges it since 2026-07-01; fleet:mysqlVersion MYSQL_8_4 ends it)",
  "secret versions that rotations leave behind, until somebody destroys them",
  "SNS and SQS at AWS, taxes, support, another currency, prices of other regions",
];

type Comparison = { stack: string; estimates: readonly Estimate[]; bases?: readonly Estimate[] };

/** A month's cost of each part at each level of traffic; `bases` are the estimates of what it is compared with. */
export const table = ({ stack, estimates, bases = [] }: Comparison): string => {
  const parts = [...new Set([...estimates, ...bases].flatMap(({ lines }) => lines.map(({ part }) => part)))];
  const rows = [...parts.map((part) => [part, (of: Estimate) => costOf(of, part)] as const), TOTAL].map(
    ([title, cost]) => [title, ...estimates.map((of, level) => cell(cost(of), bases[level] && cost(bases[level])))],
  );
  return [
    `A month of ${stack}, in US dollars, by the prices of ${prices.date}:`,
    "",
    columns([["", ...estimates.map(({ traffic }) => traffic)], ...rows], { numbers: true }),
    "",
    ...traffics.map(
      ({ name, requests, seconds, diskGb }) =>
        `${name}: ${requests / 1e6} million requests of ${seconds * 1000} ms to each web service, ${diskGb} GB in each database`,
    ),
    `images: ${versions.new} new versions of each in a month, which are scanned, and ${versions.kept} kept`,
    "",
    "Left out:",
    ...LEFT_OUT.map((what) => `- ${what}`),
    "",
  ].join("\n");
};

const costOf = ({ lines }: Estimate, part: string): number =>
  lines.filter((line) => line.part === part).reduce((sum, { usd }) => sum + usd, 0);

const TOTAL = ["total", ({ total }: Estimate) => total] as const;

const cell = (cost: number, before: number | undefined): string => {
  const difference = before === undefined ? 0 : Math.round((cost - before) * 100) / 100;
  const sign = difference > 0 ? "+" : "";
  return cost.toFixed(2) + (difference === 0 ? "" : ` (${sign}${difference.toFixed(2)})`);
};
