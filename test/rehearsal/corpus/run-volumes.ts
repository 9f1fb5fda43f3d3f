import { HELLO, REGION, type Pair } from "./pair";

const REST = "https://cloud.google.com/run/docs/reference/rest/v2";
const ASK = `POST run/v2/${REGION}/services?serviceId=hello`;

const mounted = (volume: object, mountPath: string) => ({
  template: {
    containers: [{ image: HELLO, volumeMounts: [{ name: "one", mountPath }] }],
    volumes: [{ name: "one", ...volume }],
  },
});

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says">;
const from = (source: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from: source, ask: ASK }));

/** Volumes and mounts that Cloud Run does not take. */
export const runVolumes: readonly Pair[] = [
  ...from(
    `${REST}/Volume`,
    {
      what: "a volume with two sources",
      wrong: mounted({ emptyDir: {}, cloudSqlInstance: { instances: ["p:us-central1:db"] } }, "/cloudsql"),
      right: mounted({ cloudSqlInstance: { instances: ["p:us-central1:db"] } }, "/cloudsql"),
      says: /volumes\[0\]' \(oneof\), oneof field 'volume_type' is already set\. Cannot set 'cloudSqlInstance'/,
    },
    {
      what: "a volume without a source",
      wrong: mounted({}, "/cache"),
      right: mounted({ emptyDir: { medium: "MEMORY" } }, "/cache"),
      says: /a volume must have exactly one source/,
    },
    {
      what: "a Cloud SQL volume at another place",
      wrong: mounted({ cloudSqlInstance: { instances: ["p:us-central1:db"] } }, "/sql"),
      right: mounted({ cloudSqlInstance: { instances: ["p:us-central1:db"] } }, "/cloudsql"),
      says: /a Cloud SQL volume can only be mounted at \/cloudsql, not at \/sql/,
    },
    {
      what: "an instance without its region",
      wrong: mounted({ cloudSqlInstance: { instances: ["my-project:db"] } }, "/cloudsql"),
      right: mounted({ cloudSqlInstance: { instances: ["my-project:europe-west1:db"] } }, "/cloudsql"),
      says: /'my-project:db' is not of the format \{project\}:\{location\}:\{instance\}/,
    },
    {
      what: "a relative mount path",
      wrong: mounted({ emptyDir: {} }, "cache"),
      right: mounted({ emptyDir: {} }, "/cache"),
      says: /mount_path: must be an absolute path, not 'cache'/,
    },
    {
      what: "a mount path with a colon",
      wrong: mounted({ emptyDir: {} }, "/a:b"),
      right: mounted({ emptyDir: {} }, "/a-b"),
      says: /mount_path: must not contain ':'/,
    },
    {
      what: "a mount over the kernel's files",
      wrong: mounted({ emptyDir: {} }, "/proc"),
      right: mounted({ emptyDir: {} }, "/process"),
      says: /'\/proc' is reserved/,
    },
    {
      what: "a size that is none",
      wrong: mounted({ emptyDir: { sizeLimit: "lots" } }, "/cache"),
      right: mounted({ emptyDir: { sizeLimit: "256Mi" } }, "/cache"),
      says: /empty_dir\.size_limit: Invalid value: "lots"/,
    },
  ),
];
