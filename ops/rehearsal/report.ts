import { labelOf, type Entry, type Summary } from "../../rehearsal/report";
import type { Fault } from "../../rehearsal/faults";
import type { Grant } from "../../rehearsal/grants";
import { authorized } from "../../rehearsal/access-token";
import { readState } from "../stack/checkpoint";
import { servicesOf } from "../stack/health";
import type { Place } from "./place";

type Told = Summary & { unusedGrants: Grant[]; pendingFaults: Fault[] };

/** The report since a run began; faults of earlier runs may be corrected by now. */
export const fetchReport = async ({ place, since }: { place: Place; since: Date }): Promise<Told> => {
  const url = `http://127.0.0.1:${place.port}/_rehearsal/report?since=${since.toISOString()}`;
  const answer = await fetch(url, { headers: authorized(place.folder) });
  if (!answer.ok) throw new Error(`the rehearsed cloud gives no report: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Told;
};

/** The rehearsed cloud's report, for people. */
export const reportLines = (told: Told, seconds: number): string[] => [
  `Requests in all: ${Object.entries(told.requests)
    .map(([api, count]) => `${api} ${count}`)
    .join(", ")}; this run took ${seconds.toFixed(0)} s`,
  ...section(
    "Against Google's descriptions",
    told.violations.flatMap((entry) => linesOf(entry, entry.violations)),
  ),
  ...section(
    "Not answered",
    told.unanswered.map(({ verb, path, message }) => `${verb} ${path}: ${message ?? ""}`),
  ),
  ...section(
    "Failures of the rehearsal's own",
    told.broken.map((entry) => `${labelOf(entry)}: ${entry.message ?? ""}`),
  ),
  ...section(
    "Refused for want of a permission",
    told.denied.map(({ method, path, denied }) => `${method ?? path}: ${denied ?? ""}`),
  ),
  ...section(
    "The rehearsal's own answers that are not as Google describes them",
    told.ownViolations.flatMap((entry) => linesOf(entry, entry.ownViolations)),
  ),
  ...section(
    "Grants that nothing has needed yet",
    told.unusedGrants.map(({ resource, role, member }) => `${member} has ${role} on ${resource}`),
  ),
  ...section(
    "Faults that were asked for and have not happened",
    told.pendingFaults.map(({ kind, at, times, met }) => `${kind} at ${at}, ${times} times${met ? " more" : ""}`),
  ),
];

/**
 * The number of faults; a successful rehearsal has none. A fault that was asked for and never met is one: nothing was
 * tried.
 */
export const faultsIn = (told: Told): number =>
  [
    ...[told.violations, told.unanswered, told.broken, told.denied, told.ownViolations],
    told.pendingFaults.filter(({ met }) => met !== true),
  ].flat().length;

const section = (title: string, lines: readonly string[]): string[] => {
  const different = [...new Set(lines)];
  return different.length === 0 ? [`${title}: none`] : [`${title}:`, ...different.map((line) => `  - ${line}`)];
};

const linesOf = ({ method, path }: Entry, texts: readonly string[] = []): string[] =>
  texts.map((text) => `${method ?? path}: ${text}`);

/** Where the services of a rehearsed stack are. */
export const addressesIn = ({ stack }: Place): string[] =>
  servicesOf(readState(stack) ?? { resources: [], pending: [] }).flatMap(({ system, service, url }) =>
    url ? [`${system}/${service}: ${url}`] : [],
  );
