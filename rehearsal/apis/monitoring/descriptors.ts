import type { Call, Handler } from "../../api";
import { invalidArgument } from "../../errors";
import { found, missing } from "../../kept";
import { nameIn } from "../../names";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { descriptorOf, METRICS, RESOURCES } from "./metrics";

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors: those of clients' own are kept. */
const CUSTOM = "monitoring.metricDescriptors";
const METRIC = "monitoring.projects.metricDescriptors";
const RESOURCE = "monitoring.projects.monitoredResourceDescriptors";
const CHANNEL = "monitoring.projects.notificationChannelDescriptors";

const metrics = (call: Call): Resource[] => [
  ...METRICS.map((metric) => descriptorOf(call.project.id, metric)),
  ...call.store.list(CUSTOM),
];

const createMetric = (call: Call): Resource => {
  const { type = "" } = call.body as { type?: string };
  if (!/^(?:custom|external|workload)\.googleapis\.com\/.+$/.test(type))
    throw invalidArgument(`Field metricDescriptor.type had an invalid value of "${type}".`);
  const name = `${nameIn(call)}/metricDescriptors/${type}`;
  return call.store.put(CUSTOM, name, { ...call.body, name });
};

/** The handlers that tell of things of a kind, by the last part of their names. */
const telling = (methods: string, of: { key: string; items: (call: Call) => Resource[] }): Record<string, Handler> => ({
  [`${methods}.get`]: (call) => {
    const name = nameIn(call);
    const item = of.items(call).find((one) => one["name"] === name);
    if (!item) throw missing(call, { kind: methods, name });
    return item;
  },
  [`${methods}.list`]: (call) =>
    pageOf({
      call,
      key: of.key,
      items: of.items(call),
      // Filters name a metric's type as they do in time series.
      facts: (item) => ({ ...item, metric: { type: item["type"] }, resource: { type: item["type"] } }),
    }),
});

const named = (folder: string, items: readonly Resource[]) => (call: Call) =>
  items.map((item) => ({ ...item, name: `projects/${call.project.id}/${folder}/${String(item["type"])}` }));

/** @param channels the labels that a notification channel of a type needs */
export const descriptorHandlers = (channels: Readonly<Record<string, readonly string[]>>): Record<string, Handler> => ({
  ...telling(METRIC, { key: "metricDescriptors", items: metrics }),
  [`${METRIC}.create`]: createMetric,
  [`${METRIC}.delete`]: (call) => {
    const { name } = found<Resource & { name: string }>(call, CUSTOM);
    call.store.delete(CUSTOM, name);
    return {};
  },
  ...telling(RESOURCE, { key: "resourceDescriptors", items: named("monitoredResourceDescriptors", RESOURCES) }),
  ...telling(CHANNEL, {
    key: "channelDescriptors",
    items: named(
      "notificationChannelDescriptors",
      Object.entries(channels).map(([type, labels]) => ({
        type,
        displayName: type,
        labels: labels.map((key) => ({ key })),
      })),
    ),
  }),
});
