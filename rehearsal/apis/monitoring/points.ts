import { notRehearsed } from "../../errors";
import { own } from "../../own";

/** What was observed at a moment (milliseconds): a request and its latency, or a value that somebody sent. */
export type Observed = { at: number; value: number };

export type Kind = "count" | "distribution" | "gauge";

/** The observations of a window of time; its end is the later one, in milliseconds. */
export type Window = { start: number; end: number; values: number[] };

/** Windows of a length, which end where the interval does (https://cloud.google.com/monitoring/api/v3/aggregation); empty ones are left out. */
export const windowsOf = (observed: readonly Observed[], of: { start: number; end: number; ms: number }): Window[] => {
  const byEnd = new Map<number, Window>();
  for (const { at, value } of observed) {
    if (at <= of.start || at > of.end) continue;
    const end = of.end - Math.floor((of.end - at) / of.ms) * of.ms;
    const window = byEnd.get(end) ?? { start: end - of.ms, end, values: [] };
    window.values.push(value);
    byEnd.set(end, window);
  }
  return [...byEnd.values()].sort((a, b) => b.end - a.end);
};

/** What a window becomes: a number, or all that was observed in it. */
export type Reduced = {
  kind: Kind;
  isDouble: boolean;
  of: (window: { values: number[]; ms: number }) => number | number[];
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);

/** The value below which so many percent lie. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (percent / 100) * (sorted.length - 1);
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
};

const PERCENTILE = /^(?:ALIGN|REDUCE)_PERCENTILE_(\d\d)$/;

type Aggregate = (values: number[], ms: number) => number;

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner and #Reducer, without their prefixes. */
const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  SUM: sum,
  DELTA: sum,
  MEAN: mean,
  COUNT: (values) => values.length,
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  NEXT_OLDER: (values) => values.at(-1) ?? 0,
  RATE: (values, ms) => sum(values) / (ms / 1000),
};

const WHOLE = ["SUM", "DELTA", "COUNT"];

/**
 * How an aligner or a reducer makes one value of several.
 * @throws ApiError 501 for one that is not rehearsed
 */
export const aggregateOf = (name: string, kind: Kind): Reduced => {
  const [, percent] = PERCENTILE.exec(name) ?? [];
  if (percent) return { kind: "gauge", isDouble: true, of: ({ values }) => percentile(values, Number(percent)) };
  const word = name.replace(/^(?:ALIGN|REDUCE)_/, "");
  const aggregate = own(AGGREGATES, word);
  if (!aggregate) throw notRehearsed(`${name} is`);
  if (kind === "distribution" && ["SUM", "DELTA"].includes(word))
    return { kind, isDouble: false, of: ({ values }) => values };
  const isDouble = kind === "gauge" ? word !== "COUNT" : !WHOLE.includes(word);
  return {
    kind: word === "RATE" || isDouble ? "gauge" : "count",
    isDouble,
    of: ({ values, ms }) => aggregate(values, ms),
  };
};
