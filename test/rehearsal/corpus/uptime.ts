import { PROJECTS, type Pair } from "./pair";

const REST = "https://cloud.google.com/monitoring/api/ref_v3/rest/v3";
const CHANNELS = `POST monitoring/v3/${PROJECTS}/notificationChannels`;
const CHECKS = `POST monitoring/v3/${PROJECTS}/uptimeCheckConfigs`;

const check = (more: object) => ({
  displayName: "Home",
  monitoredResource: { type: "uptime_url", labels: { host: "example.com" } },
  httpCheck: { path: "/", port: 443, useSsl: true },
  period: "60s",
  timeout: "10s",
  ...more,
});
const host = (name: string) => check({ monitoredResource: { type: "uptime_url", labels: { host: name } } });

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says" | "status">;
const asked = (ask: string, from: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from, ask }));

/** Notification channels and uptime checks that Monitoring does not take. */
export const uptime: readonly Pair[] = [
  ...asked(
    CHANNELS,
    `${REST}/projects.notificationChannels`,
    {
      what: "a channel of no type",
      wrong: { type: "e-mail" },
      right: { type: "email", labels: { email_address: "a@example.com" } },
      says: /Unknown channel type/,
    },
    {
      what: "an e-mail to nobody",
      wrong: { type: "email" },
      right: { type: "email", labels: { email_address: "a@example.com" } },
      says: /labels\['email_address'\] is required/,
    },
    {
      what: "an address that is none",
      wrong: { type: "email", labels: { email_address: "operations" } },
      right: { type: "email", labels: { email_address: "operations@example.com" } },
      says: /must be a valid email address/,
    },
  ),
  ...asked(
    CHECKS,
    `${REST}/projects.uptimeCheckConfigs`,
    {
      what: "a check every 30 seconds",
      wrong: check({ period: "30s" }),
      right: check({ period: "60s" }),
      says: /period had an invalid value of "30s"/,
    },
    {
      what: "a time-out of two minutes",
      wrong: check({ timeout: "120s" }),
      right: check({ timeout: "60s" }),
      says: /timeout': 120 must be between 1 and 60/,
    },
    {
      what: "a check of two kinds",
      wrong: check({ tcpCheck: { port: 443 } }),
      right: check({}),
      says: /oneof field 'check_request_type' is already set\. Cannot set 'tcpCheck'/,
    },
    {
      what: "a host with its scheme",
      wrong: host("https://example.com"),
      right: host("www.example.com"),
      says: /must be a valid hostname or IP address/,
    },
    {
      what: "a resource that is not checked",
      wrong: check({ monitoredResource: { type: "gcs_bucket", labels: {} } }),
      right: check({}),
      says: /monitored resource type is not valid for an uptime check/,
    },
    {
      what: "a check from one place",
      wrong: check({ selectedRegions: ["EUROPE"] }),
      right: check({ selectedRegions: ["USA"] }),
      says: /to include a minimum of 3 locations/,
    },
    {
      what: "a port above all ports",
      wrong: check({ httpCheck: { port: 99_999 } }),
      right: check({ httpCheck: { port: 8443 } }),
      says: /port had an invalid value of "99999": must be between 1 and 65535/,
    },
    {
      what: "a body that is got",
      wrong: check({ httpCheck: { body: "YQ==" } }),
      right: check({ httpCheck: { path: "/health" } }),
      says: /a body must be empty unless the request method is POST/,
    },
  ),
];
