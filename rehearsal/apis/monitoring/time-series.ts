import type { Call, Handler } from "../../api";
import { badRequest, invalidArgument, missingMetric, notRehearsed } from "../../errors";
import { readFilter } from "../../filter";
import { nameIn } from "../../names";
import { pageOf } from "../../pages";
import { secondsOf } from "../../realise/quantities";
import type { Resource } from "../../store";
import { valuesAt } from "../../values";
import { metricNamed } from "./metrics";
import { aggregateOf, windowsOf, type Kind } from "./points";
import { allSeries, SENT, seriesKey, type Series } from "./series";

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries */
const METHODS = "monitoring.projects.timeSeries";
const CUSTOM = /^(?:custom|external|workload)\.googleapis\.com\/[\w/.-]+$/;
/** How often Cloud Run's metrics are sampled. */
const SAMPLED_MS = 60_000;

type Query = Record<string, string | undefined> & { "aggregation.groupByFields"?: string[] };

const list = (call: Call): Resource => {
  nameIn(call);
  const query = call.query as unknown as Query;
  if (Object.keys(query).some((key) => key.startsWith("secondaryAggregation")))
    throw notRehearsed("a second aggregation is");
  const end = Date.parse(query["interval.endTime"] ?? "");
  const start = Date.parse(query["interval.startTime"] ?? query["interval.endTime"] ?? "");
  if (start > end) throw invalidArgument("Field interval.start_time had an invalid value: it is after the end_time.");
  const found = wanted(call, query["filter"] ?? "");
  const reduced = reducedBy(query, aligned(query, found, { start, end }));
  const items = reduced.filter(({ points }) => points.length > 0).map((series) => shown(series, query["view"]));
  const { pageSize, pageToken } = call.query as { pageSize?: number; pageToken?: string };
  return pageOf({
    call,
    key: "timeSeries",
    items,
    asked: { ...(pageSize && { pageSize }), ...(pageToken && { pageToken }) },
  });
};

/** The series that a filter takes, which has to name one metric. */
const wanted = (call: Call, filter: string): Series[] => {
  const isTaken = readFilter(filter);
  const [, type] = /metric\.type\s*=\s*"([^"]+)"/.exec(filter) ?? [];
  if (type === undefined)
    throw invalidArgument(
      "The supplied filter does not specify a valid combination of metric and monitored resource descriptors.",
    );
  if (
    !metricNamed(type) &&
    !call.store.get("monitoring.metricDescriptors", `projects/${call.project.id}/metricDescriptors/${type}`)
  ) {
    if (CUSTOM.test(type)) throw missingMetric(type);
    throw notRehearsed(`the metric ${type} is`);
  }
  return allSeries(call).filter(({ metric, resource }) =>
    isTaken({
      project: call.project.id,
      metric: { ...metric, label: metric.labels },
      resource: { ...resource, label: resource.labels },
    }),
  );
};

type Point = { start: number; end: number; value: number | number[] };
type Aligned = Omit<Series, "observed"> & { points: Point[] };

const isNone = (name: string | undefined): boolean => name === undefined || /_NONE$/.test(name);

/** Each series in windows of a length, or as it was sampled. */
const aligned = (query: Query, found: Series[], interval: { start: number; end: number }): Aligned[] => {
  const aligner = query["aggregation.perSeriesAligner"];
  if (isNone(aligner)) return found.map((series) => sampled(series, interval));
  const ms = secondsOf(query["aggregation.alignmentPeriod"] ?? "") * 1000;
  if (!(ms >= SAMPLED_MS))
    throw invalidArgument("Field aggregation.alignment_period had an invalid value: it has to be at least 60 s.");
  return found.map(({ observed, ...series }) => {
    const { kind, isDouble, of } = aggregateOf(aligner ?? "", series.kind);
    const points = windowsOf(observed, { ...interval, ms }).map(({ start, end, values }) => ({
      start,
      end,
      value: of({ values, ms }),
    }));
    return { ...series, kind, isDouble: isDouble || (series.isDouble && kind === "gauge"), points };
  });
};

const sampled = ({ observed, ...series }: Series, interval: { start: number; end: number }): Aligned => {
  if (series.kind === "gauge") {
    const within = observed.filter(({ at }) => at >= interval.start && at <= interval.end);
    return { ...series, points: within.map(({ at, value }) => ({ start: at, end: at, value })).reverse() };
  }
  const { of } = aggregateOf("ALIGN_DELTA", series.kind);
  const windows = windowsOf(observed, { ...interval, ms: SAMPLED_MS });
  return {
    ...series,
    // The last one holds what was observed since the interval began, and no more.
    points: windows.map(({ start, end, values }) => ({
      start: Math.max(start, interval.start),
      end,
      value: of({ values, ms: SAMPLED_MS }),
    })),
  };
};

/** Several series made one for each value of the fields that stay apart. */
const reducedBy = (query: Query, series: Aligned[]): Aligned[] => {
  const reducer = query["aggregation.crossSeriesReducer"];
  if (isNone(reducer)) return series;
  if (isNone(query["aggregation.perSeriesAligner"]))
    throw badRequest({
      field: "aggregation.per_series_aligner",
      description: "A cross_series_reducer needs a per_series_aligner.",
    });
  const fields = (query["aggregation.groupByFields"] ?? []).map((field) => field.replace(/\.label\./, ".labels."));
  const groups = new Map<string, Aligned[]>();
  for (const one of series) {
    const key = JSON.stringify(fields.map((field) => valuesAt(one, field.split("."))));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => joined(group, { reducer: reducer ?? "", fields }));
};

const joined = (group: Aligned[], { reducer, fields }: { reducer: string; fields: string[] }): Aligned => {
  const [first] = group as [Aligned];
  const { kind, isDouble, of } = aggregateOf(reducer, first.kind);
  const byEnd = new Map<number, Point & { value: number[] }>();
  for (const { start, end, value } of group.flatMap(({ points }) => points)) {
    const point = byEnd.get(end) ?? { start, end, value: [] };
    point.value.push(...(Array.isArray(value) ? value : [value]));
    byEnd.set(end, point);
  }
  const points = [...byEnd.values()].sort((a, b) => b.end - a.end);
  const left = (of: "metric" | "resource"): Record<string, string> =>
    Object.fromEntries(Object.entries(first[of].labels).filter(([key]) => fields.includes(`${of}.labels.${key}`)));
  return {
    ...first,
    metric: { ...first.metric, labels: left("metric") },
    resource: { ...first.resource, labels: left("resource") },
    ...{ kind, isDouble: isDouble || (first.isDouble && kind === "gauge") },
    points: points.map(({ value, ...point }) => ({
      ...point,
      value: of({ values: value, ms: point.end - point.start }),
    })),
  };
};

const shown = ({ metric, resource, kind, isDouble, unit, points }: Aligned, view: string | undefined): Resource => ({
  metric,
  resource,
  metricKind: kind === "gauge" ? "GAUGE" : "DELTA",
  valueType: VALUE_TYPES[kind](isDouble),
  ...(unit && { unit }),
  ...(view !== "HEADERS" && { points: points.map((point) => shownPoint(point, isDouble)) }),
});

const VALUE_TYPES: Record<Kind, (isDouble: boolean) => string> = {
  count: (isDouble) => (isDouble ? "DOUBLE" : "INT64"),
  gauge: (isDouble) => (isDouble ? "DOUBLE" : "INT64"),
  distribution: () => "DISTRIBUTION",
};

const shownPoint = ({ start, end, value }: Point, isDouble: boolean): Resource => {
  const time = (ms: number): string => new Date(ms).toISOString();
  const number = (of: number): Resource => (isDouble ? { doubleValue: of } : { int64Value: String(Math.round(of)) });
  return {
    interval: { startTime: time(start), endTime: time(end) },
    value: Array.isArray(value) ? { distributionValue: distributionOf(value) } : number(value),
  };
};

/** Cloud Run's latencies have such buckets. */
const BUCKETS = { numFiniteBuckets: 66, growthFactor: 1.4, scale: 1 };

const distributionOf = (values: readonly number[]): Resource => {
  const mean = values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
  const counts: number[] = [];
  for (const value of values) {
    const bucket =
      value < 1
        ? 0
        : Math.min(BUCKETS.numFiniteBuckets + 1, Math.floor(Math.log(value) / Math.log(BUCKETS.growthFactor)) + 1);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return {
    count: String(values.length),
    mean,
    sumOfSquaredDeviation: values.reduce((total, value) => total + (value - mean) ** 2, 0),
    bucketOptions: { exponentialBuckets: BUCKETS },
    bucketCounts: Array.from(counts, (count = 0) => String(count)),
  };
};

type Sent = Pick<Series, "metric" | "resource"> & {
  points?: { interval?: { endTime?: string }; value?: { int64Value?: string; doubleValue?: number } }[];
};

/** What clients measure themselves: one point of each series at a time. */
const create = (call: Call): Resource => {
  for (const { metric, resource, points = [] } of (call.body["timeSeries"] ?? []) as Partial<Sent>[]) {
    const type = metric?.type ?? "";
    if (!metric || !CUSTOM.test(type))
      throw invalidArgument(`Field timeSeries[0].metric.type had an invalid value of "${type}".`);
    const { interval, value } = points[0] ?? {};
    const number = value?.doubleValue ?? (value?.int64Value === undefined ? undefined : Number(value.int64Value));
    if (points.length !== 1 || number === undefined)
      throw invalidArgument(
        "Field timeSeries[0].points had an invalid value: exactly one point of a number is needed.",
      );
    const named = {
      metric: { ...metric, labels: { ...metric.labels } },
      resource: { type: resource?.type ?? "global", labels: { ...resource?.labels, project_id: call.project.id } },
    };
    const key = seriesKey(named);
    const before = call.store.get<Series & Resource>(SENT, key) ?? {
      ...named,
      kind: "gauge" as const,
      isDouble: value?.doubleValue !== undefined,
      observed: [],
    };
    const at = Date.parse(interval?.endTime ?? new Date().toISOString());
    call.store.put(SENT, key, { ...before, observed: [...before.observed, { at, value: number }].slice(-MOST_SENT) });
    describe(call, { ...before, metric: named.metric });
  }
  return {};
};

const MOST_SENT = 1000;

/** A metric that nobody described is described by its first point. */
const describe = ({ store, project }: Call, { metric, isDouble }: Pick<Series, "metric" | "isDouble">): void => {
  const name = `projects/${project.id}/metricDescriptors/${metric.type}`;
  if (store.get("monitoring.metricDescriptors", name)) return;
  const labels = Object.keys(metric.labels).map((key) => ({ key }));
  store.put("monitoring.metricDescriptors", name, {
    name,
    type: metric.type,
    labels,
    metricKind: "GAUGE",
    valueType: isDouble ? "DOUBLE" : "INT64",
  });
};

export const timeSeriesHandlers: Record<string, Handler> = { [`${METHODS}.create`]: create, [`${METHODS}.list`]: list };
