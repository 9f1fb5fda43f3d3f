import { readFileSync } from "node:fs";
import { join } from "node:path";
import { notFound } from "../errors";
import { own } from "../own";

/** The metrics of some services, and the types of monitored resources, with their source and date. */
type Listed = { date: string; metrics: Record<string, string[]>; resources: string[] };

const { metrics, resources } = JSON.parse(readFileSync(join(import.meta.dirname, "metrics.json"), "utf8")) as Listed;

const LONGEST = 2048;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const PREFIXED = /^(?:group|metadata|metric|project|resource)\b/;

/**
 * What is wrong with the filter of a condition, in Monitoring's words: github.com/googleapis/nodejs-monitoring/pull/46 and
 * github.com/hashicorp/terraform-provider-google/issues/13349.
 */
export const filterProblem = (filter: string): string | undefined => {
  // The description of the field says how long it may be.
  if (filter.length > LONGEST) return undefined;
  // https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/timeseries-selectors
  if (/^\s*select_slo_\w+\(/.test(filter)) return undefined;
  const bare = filter.replace(TEXT, '""');
  if (/["'][^"']*$/.test(bare.replaceAll('""', ""))) return "the filter has a text that does not end.";
  if (bare.split("(").length !== bare.split(")").length) return "the filter has parentheses that do not match.";
  const terms = bare
    .split(/\s+(?:AND|OR)\s+|\n/)
    .map((term) => term.replace(/^[\s(]*(?:(?:NOT\s+|-)[\s(]*)?/, "").trim());
  const wrong = terms.filter(
    (term) => term !== "" && !/^[\w."]+(?:\.\S+)?\s*(?:!=|=~|!~|>=|<=|=|>|<|:)\s*\S/.test(term),
  );
  if (wrong.length > 0) return `the filter has a term that is no comparison: ${wrong.join(", ")}`;
  if (terms.some((term) => term !== "" && !PREFIXED.test(term)))
    return "The lefthand side of each expression must be prefixed with one of {group, metadata, metric, project, resource}.";
  if (!/\bresource\.type\b|\bgroup\.id\b/.test(bare))
    return 'must specify a restriction on "resource.type" in the filter; see "https://cloud.google.com/monitoring/api/resources" for a list of available resource types.';
  if (!/\bmetric\.type\b/.test(bare)) return 'must specify a restriction on "metric.type" in the filter.';
  const unknown = named("resource", filter).find((type) => !resources.includes(type));
  return unknown === undefined ? undefined : `The filter contains unknown resource type: ${unknown}`;
};

/** @throws ApiError 404, in the words of github.com/hashicorp/terraform-provider-google/issues/11102 */
export const requireMetrics = (filter: string): void => {
  for (const type of named("metric", filter)) {
    const [, service = "", name = ""] = /^([^/]+)\/(.*)$/.exec(type) ?? [];
    const known = own(metrics, service);
    if (known && !known.includes(name))
      throw notFound(
        `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
      );
  }
};

/** The types that a filter names with `=`. */
const named = (of: "metric" | "resource", filter: string): string[] =>
  [...filter.matchAll(new RegExp(`\\b${of}\\.type\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "g"))].map(
    ([, double, single]) => double ?? single ?? "",
  );
