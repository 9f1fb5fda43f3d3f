import { createHash } from "node:crypto";
import type { Call } from "../../api";
import { lastOf } from "../../names";
import type { Resource } from "../../store";
import { measured, type Measured } from "../run/measures";
import { METRICS, REVISION, type Metric } from "./metrics";
import type { Kind, Observed } from "./points";

/** What was observed of one metric of one resource. */
export type Series = {
  metric: { type: string; labels: Record<string, string> };
  resource: { type: string; labels: Record<string, string> };
  kind: Kind;
  isDouble: boolean;
  unit?: string;
  observed: Observed[];
};

/** What clients sent, by its metric and resource. */
export const SENT = "monitoring.timeSeries";

/** All that there is: what the front ends measured, and what clients sent. */
export const allSeries = (call: Call): Series[] => [
  ...METRICS.flatMap((metric) => ofRun(call, metric)),
  ...call.store.list<Series & Resource>(SENT),
];

const ofRun = (call: Call, { type, kind, unit }: Metric): Series[] => {
  const found = new Map<string, Series>();
  for (const one of measured(call)) {
    const key = [one.service, one.revision, one.code].join(" ");
    const series: Series = found.get(key) ?? {
      ...labelled(call, one, type),
      kind,
      isDouble: false,
      unit,
      observed: [],
    };
    series.observed.push({ at: one.at, value: kind === "count" ? 1 : one.ms });
    found.set(key, series);
  }
  return [...found.values()];
};

const labelled = ({ project }: Call, { service, revision, code }: Measured, type: string) => ({
  metric: { type, labels: { response_code: String(code), response_code_class: `${Math.floor(code / 100)}xx` } },
  resource: {
    type: REVISION,
    labels: {
      project_id: project.id,
      location: service.split("/")[3] ?? "",
      service_name: lastOf(service),
      configuration_name: lastOf(service),
      revision_name: revision,
    },
  },
});

export const seriesKey = ({ metric, resource }: Pick<Series, "metric" | "resource">): string =>
  createHash("sha256")
    .update(JSON.stringify([metric, resource]))
    .digest("hex")
    .slice(0, 24);
