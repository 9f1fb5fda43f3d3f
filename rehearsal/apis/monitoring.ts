import { createHash } from "node:crypto";
import type { Api, Call, Handler } from "../api";
import { badRequest, failedPrecondition, type FieldViolation } from "../errors";
import { found } from "../kept";
import { patched } from "../masks";
import { requireMetrics } from "../limits/metrics";
import { nameOf, parentIn } from "../names";
import { own } from "../own";
import { listing } from "../pages";
import type { Resource } from "../store";
import { descriptorHandlers } from "./monitoring/descriptors";
import { timeSeriesHandlers } from "./monitoring/time-series";

/** https://cloud.google.com/monitoring/api/ref_v3/rest; what is kept is checked, and nothing is ever measured. */
const CHANNEL_LABELS: Record<string, readonly string[]> = {
  email: ["email_address"],
  sms: ["number"],
  slack: ["channel_name"],
  webhook_tokenauth: ["url"],
  webhook_basicauth: ["url"],
  pagerduty: [],
  pubsub: ["topic"],
};
/** Seconds. */
const PERIODS = [60, 300, 600, 900];

type Kind = {
  /** The last part of its names' folder, "alertPolicies". */
  folder: string;
  check: (call: Call, resource: Resource) => FieldViolation[];
  defaults: Resource;
  remove?: (call: Call, name: string) => void;
  /** Who made it and who changed it, and when. */
  recorded?: (call: Call, before: Resource) => Resource;
};

const mutation = ({ caller }: Call): Resource => ({ mutateTime: new Date().toISOString(), mutatedBy: caller.email });

const alertPolicies: Kind = {
  folder: "alertPolicies",
  recorded: (call, { creationRecord = mutation(call) }) => ({ creationRecord, mutationRecord: mutation(call) }),
  defaults: { enabled: true },
  check: (call, { displayName, combiner, conditions = [], notificationChannels = [] }) => {
    requireKnownMetrics(conditions as MetricCondition[]);
    return [
      ...(displayName ? [] : [required("alert_policy.display_name")]),
      ...(combiner && combiner !== "COMBINE_UNSPECIFIED" ? [] : [required("alert_policy.combiner")]),
      ...((conditions as Resource[]).length > 0 ? [] : [required("alert_policy.conditions")]),
      ...(notificationChannels as string[])
        .filter((name) => !call.store.get("monitoring.notificationChannels", nameOf(call, name)))
        .map((name) => ({
          field: "alert_policy.notification_channels",
          description: `Field alert_policy.notification_channels had an invalid value of "${name}": Notification channel not found.`,
        })),
    ];
  },
};

type MetricCondition = Partial<
  Record<"conditionThreshold" | "conditionAbsent", { filter?: string; denominatorFilter?: string }>
>;

const requireKnownMetrics = (conditions: readonly MetricCondition[]): void => {
  for (const { conditionThreshold, conditionAbsent } of conditions)
    for (const { filter = "", denominatorFilter = "" } of [conditionThreshold ?? {}, conditionAbsent ?? {}])
      [filter, denominatorFilter].forEach(requireMetrics);
};

const notificationChannels: Kind = {
  folder: "notificationChannels",
  recorded: (call, { creationRecord = mutation(call), mutationRecords = [] }) => ({
    creationRecord,
    mutationRecords: [...(mutationRecords as Resource[]), mutation(call)].slice(-10),
  }),
  defaults: { enabled: true },
  check: (_call, resource) => {
    const { type, labels = {} } = resource as { type?: string; labels?: Resource };
    const wanted = own(CHANNEL_LABELS, type ?? "");
    if (!type) return [required("notification_channel.type")];
    if (!wanted)
      return [
        {
          field: "notification_channel.type",
          description: `Field notification_channel.type had an invalid value of "${type}": Unknown channel type.`,
        },
      ];
    return wanted.filter((label) => !labels[label]).map((label) => required(`notification_channel.labels['${label}']`));
  },
  remove: (call, name) => {
    const users = call.store
      .list("monitoring.alertPolicies")
      .filter((policy) => ((policy["notificationChannels"] ?? []) as string[]).includes(name));
    if (users.length > 0 && call.query["force"] !== true)
      throw failedPrecondition(
        `Cannot delete notification channel ${name}: it is used by ${users.length} alert policies.`,
      );
    for (const policy of users) {
      const left = (policy["notificationChannels"] as string[]).filter((channel) => channel !== name);
      call.store.put("monitoring.alertPolicies", policy["name"] as string, { ...policy, notificationChannels: left });
    }
  },
};

const uptimeCheckConfigs: Kind = {
  folder: "uptimeCheckConfigs",
  defaults: { period: "60s", checkerType: "STATIC_IP_CHECKERS" },
  check: (_call, config) => [
    ...(config["displayName"] ? [] : [required("uptime_check_config.display_name")]),
    ...(config["monitoredResource"] || config["resourceGroup"] || config["syntheticMonitor"]
      ? []
      : [required("uptime_check_config.resource")]),
    ...(config["httpCheck"] || config["tcpCheck"] || config["syntheticMonitor"]
      ? []
      : [required("uptime_check_config.check_request_type")]),
    ...secondsProblem(config, "period", (seconds) => PERIODS.includes(seconds), "one of 60, 300, 600 and 900 s"),
  ],
};

const secondsProblem = (
  config: Resource,
  key: string,
  isRight: (seconds: number) => boolean,
  allowed: string,
): FieldViolation[] => {
  const value = config[key] as string | undefined;
  if (value === undefined || isRight(parseFloat(value))) return [];
  const field = `uptime_check_config.${key}`;
  return [{ field, description: `Field ${field} had an invalid value of "${value}": it has to be ${allowed}.` }];
};

const required = (field: string): FieldViolation => ({ field, description: `Field ${field} is required.` });

const handlersOf = (kind: Kind): Record<string, Handler> => {
  const methods = `monitoring.projects.${kind.folder}`;
  const stored = `monitoring.${kind.folder}`;
  const find = (call: Call): Resource & { name: string } => found(call, stored);
  const checked = (call: Call, resource: Resource): Resource => {
    const violations = kind.check(call, resource);
    if (violations.length > 0) throw badRequest(...violations);
    return resource;
  };
  return {
    [`${methods}.create`]: (call) => {
      const name = `${parentIn(call)}/${kind.folder}/${nextId(call, `${stored} ${JSON.stringify(call.body)}`)}`;
      const { name: _, ...body } = call.body;
      const made = { ...kind.defaults, ...named(kind, name, checked(call, body)), name };
      return call.store.put(stored, name, { ...made, ...kind.recorded?.(call, made) });
    },
    [`${methods}.get`]: find,
    [`${methods}.list`]: listing({ kind: stored }),
    [`${methods}.patch`]: (call) => {
      const { name, ...before } = find(call);
      const { name: _, ...body } = call.body;
      const changed = checked(call, patched<Resource>(call, before, body));
      const next = { ...named(kind, name, changed), name };
      return call.store.put(stored, name, { ...next, ...kind.recorded?.(call, next) });
    },
    [`${methods}.delete`]: (call) => {
      const { name } = find(call);
      kind.remove?.(call, name);
      call.store.delete(stored, name);
      return {};
    },
  };
};

/** Conditions get names below their policy's. */
const named = ({ folder }: Kind, name: string, resource: Resource): Resource =>
  folder !== "alertPolicies"
    ? resource
    : {
        ...resource,
        conditions: (resource["conditions"] as Resource[]).map((condition, index) => ({
          ...condition,
          name: (condition["name"] as string | undefined) || `${name}/conditions/${digits(`${name} ${index}`)}`,
        })),
      };

/** Another one each time, the same ones after a fresh start. */
const nextId = ({ store }: Call, seed: string): string => {
  const { made = 0 } = store.get<{ made: number }>("monitoring.made", "made") ?? {};
  store.put("monitoring.made", "made", { made: made + 1 });
  return digits(`${made} ${seed}`);
};

const digits = (text: string): string =>
  String(createHash("sha256").update(text).digest().readBigUInt64BE() % 10n ** 19n).padStart(19, "1");

export const monitoring: Api = {
  name: "monitoring",
  versions: ["v3"],
  service: "monitoring.googleapis.com",
  handlers: {
    ...handlersOf(alertPolicies),
    ...handlersOf(notificationChannels),
    ...handlersOf(uptimeCheckConfigs),
    ...descriptorHandlers(CHANNEL_LABELS),
    ...timeSeriesHandlers,
  },
};
