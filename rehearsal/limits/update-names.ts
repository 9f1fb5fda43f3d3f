import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes the names of Google's services, regions and roles: npx tsx rehearsal/limits/update-names.ts <folder of documents>
 * <clone of github.com/googleapis/googleapis> <clone of github.com/iann0036/iam-dataset>. The folder is the one of
 * update-described.ts; its documents name the hosts and regions of all APIs.
 */

/** Services without a document, as `gcloud services list` names them in a new project or as public programs enable them. */
const WITHOUT_DOCUMENT = [
  ...["anthos", "anthosconfigmanagement", "anthospolicycontroller", "appengineflex", "autoscaling", "bigquery-json"],
  ...["bigquerystorage", "cloudaicompanion", "cloudapis", "clouddebugger", "composer", "compute-component"],
  ...["containerfilesystem", "containerregistry", "containerscanning", "containerthreatdetection", "dataform"],
  ...[
    "datastudio",
    "deploymentmanager",
    "directions-backend",
    "distance-matrix-backend",
    "edgecache",
    "elevation-backend",
  ],
  ...["fcmregistrations", "firebaseextensions", "firebaseinstallations", "firebaseremoteconfig", "geocoding-backend"],
  ...["geolocation", "gkeconnect", "googlecloudmessaging", "iamscim", "iaptunnel", "identity", "krmapihosting"],
  ...["maps", "maps-android-backend", "maps-backend", "maps-embed-backend", "maps-ios-backend", "mesh"],
  ...["meshca", "meshconfig", "meshtelemetry", "mobilecrashreporting", "multiclusteringress", "multiclustermetering"],
  ...[
    "multiclusterservicediscovery",
    "networkservices",
    "opsconfigmonitoring",
    "osconfig",
    "oslogin",
    "places-backend",
  ],
  ...["progressiverollout", "replicapool", "replicapoolupdater", "resourceviews", "roads", "securetoken"],
  ...["siteverification", "source", "sourcerepo", "sql-component", "stackdriver", "stackdriverprovisioning"],
  ...["static-maps-backend", "storage-api", "storage-component", "street-view-image-backend", "timezone-backend"],
  ...["tracing", "trafficdirector", "transferappliance", "websecurityscanner", "zync"],
];

/** A region is one that many APIs have; the others are places of single products. */
const FEW = 50;

type Listed = { rootUrl?: string; revision?: string; endpoints?: { location: string }[] };

const update = ([documents = "", googleapis = "", roles = ""]: readonly string[]): void => {
  const listed = readdirSync(documents)
    .filter((file) => file.endsWith(".json") && file !== "index.json")
    .map((file) => JSON.parse(readFileSync(join(documents, file), "utf8")) as Listed);
  const hosts = listed.map(({ rootUrl = "" }) => new URL(rootUrl || "https://none").host);
  const configured = git(googleapis, "grep", "-hoE", "^name: [a-z0-9-]+\\.googleapis\\.com", "HEAD", "--", "*.yaml");
  const services = [
    ...hosts.filter((host) => host.endsWith(".googleapis.com")),
    ...configured.split("\n").map((line) => line.replace("name: ", "")),
    ...WITHOUT_DOCUMENT.map((name) => `${name}.googleapis.com`),
  ];
  const places = listed.flatMap(({ endpoints = [] }) => [...new Set(endpoints.map(({ location }) => location))]);
  const regions = places.filter((one) => /\d$/.test(one) && places.filter((other) => other === one).length > FEW);
  const named = JSON.parse(git(roles, "show", "HEAD:gcp/predefined_roles.json")) as { name: string }[];
  const content = {
    source: `discovery documents; googleapis at ${head(googleapis)}; iam-dataset at ${head(roles)}`,
    date: listed
      .map(({ revision = "" }) => revision)
      .sort()
      .at(-1),
    regions: sorted(regions),
    services: sorted(services),
    roles: sorted(named.map(({ name }) => name)),
  };
  writeFileSync(join(import.meta.dirname, "names.json"), `${JSON.stringify(content)}\n`);
};

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

const git = (clone: string, ...args: string[]): string =>
  execFileSync("git", ["-C", clone, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 }).trim();

const head = (clone: string): string => git(clone, "log", "-1", "--format=%H");

update(process.argv.slice(2));
