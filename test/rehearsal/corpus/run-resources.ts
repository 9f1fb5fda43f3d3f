import { HELLO, REGION, type Pair } from "./pair";

const DOCS = "https://cloud.google.com/run/docs";
const REST = "https://cloud.google.com/run/docs/reference/rest/v2";
const SERVICE = `POST run/v2/${REGION}/services?serviceId=hello`;

const service = (more: object, above: object = {}) => ({
  template: { containers: [{ image: HELLO }], ...more },
  ...above,
});
const volumes = (...names: string[]) => names.map((name) => ({ name, emptyDir: {} }));
const mounts = (...paths: string[]) =>
  paths.map((mountPath, index) => ({ name: index === 0 ? "one" : "two", mountPath }));
const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
const traffic = (...targets: object[]) => service({}, { traffic: targets });
const named = (serviceId: string) => `POST run/v2/${REGION}/services?serviceId=${serviceId}`;

/** Services that Cloud Run does not take. */
export const runResources: readonly Pair[] = [
  {
    what: "two volumes of one name",
    from: `${REST}/Volume`,
    ask: SERVICE,
    wrong: service({ volumes: volumes("one", "one") }),
    right: service({ volumes: volumes("one", "two") }),
    says: /the volume name one is used more than once/,
  },
  {
    what: "a mount of no volume",
    from: `${REST}/VolumeMount`,
    ask: SERVICE,
    wrong: { template: { containers: [{ image: HELLO, volumeMounts: mounts("/a") }], volumes: volumes("two") } },
    right: { template: { containers: [{ image: HELLO, volumeMounts: mounts("/a") }], volumes: volumes("one") } },
    says: /no volume is named one/,
  },
  {
    what: "two mounts at one place",
    from: `${REST}/VolumeMount`,
    ask: SERVICE,
    wrong: {
      template: { containers: [{ image: HELLO, volumeMounts: mounts("/a", "/a/") }], volumes: volumes("one", "two") },
    },
    right: {
      template: { containers: [{ image: HELLO, volumeMounts: mounts("/a", "/b") }], volumes: volumes("one", "two") },
    },
    says: /the mount path \/a is used more than once/,
  },
  {
    what: "a request's time-out of more than an hour",
    from: `${DOCS}/configuring/request-timeout`,
    ask: SERVICE,
    wrong: service({ timeout: "3601s" }),
    right: service({ timeout: "3600s" }),
    says: /service\.template\.timeout: must be between 1 and 3600 seconds, not 3601s/,
  },
  {
    what: "no time at all for a request",
    from: `${DOCS}/configuring/request-timeout`,
    ask: SERVICE,
    wrong: service({ timeout: "0s" }),
    right: service({ timeout: "1s" }),
    says: /timeout: must be between 1 and 3600 seconds, not 0s/,
  },
  {
    what: "more than a thousand requests at a time",
    from: `${DOCS}/configuring/concurrency`,
    ask: SERVICE,
    wrong: service({ maxInstanceRequestConcurrency: 1001 }),
    right: service({ maxInstanceRequestConcurrency: 1000 }),
    says: /max_instance_request_concurrency: must be between 0 and 1000 inclusive, not 1001/,
  },
  {
    what: "fewer instances at most than at least",
    from: "https://github.com/goblet/goblet/issues/287",
    ask: SERVICE,
    wrong: service({ scaling: { minInstanceCount: 5, maxInstanceCount: 2 } }),
    right: service({ scaling: { minInstanceCount: 2, maxInstanceCount: 5 } }),
    says: /Violation in CreateServiceRequest\.service\.template\.scaling\.max_instance_count: must be greater or equal than min_instance_count/,
  },
  {
    what: "fewer than no instances",
    from: `${DOCS}/configuring/min-instances`,
    ask: SERVICE,
    wrong: service({ scaling: { minInstanceCount: -1 } }),
    right: service({ scaling: { minInstanceCount: 1 } }),
    says: /min_instance_count: must be greater or equal than 0/,
  },
  {
    what: "traffic of less than 100 percent",
    from: `${DOCS}/rollouts-rollbacks-traffic-migration`,
    ask: SERVICE,
    wrong: traffic({ type: LATEST, percent: 90 }),
    right: traffic({ type: LATEST, percent: 100 }),
    says: /Traffic targets must sum to 100%, they sum to 90%/,
  },
  {
    what: "traffic of more than 100 percent",
    from: `${DOCS}/rollouts-rollbacks-traffic-migration`,
    ask: SERVICE,
    wrong: traffic({ type: LATEST, percent: 100 }, { type: REVISION, revision: "hello-00001-abc", percent: 20 }),
    right: traffic({ type: LATEST, percent: 100 }),
    says: /they sum to 120%/,
  },
  {
    what: "a negative share of the traffic",
    from: `${REST}/TrafficTarget`,
    ask: SERVICE,
    wrong: traffic({ type: LATEST, percent: 110 }, { type: REVISION, revision: "hello-00001-abc", percent: -10 }),
    right: traffic({ type: LATEST, percent: 100 }),
    says: /traffic\[1\]\.percent: must be between 0 and 100 inclusive, not -10/,
  },
  {
    what: "traffic for a revision without its name",
    from: `${REST}/TrafficTarget`,
    ask: SERVICE,
    wrong: traffic({ type: REVISION, percent: 100 }),
    right: traffic({ type: LATEST, percent: 100 }),
    says: /traffic\[0\]\.revision: must be set for a target of a revision/,
  },
  {
    what: "the latest revision by name",
    from: `${REST}/TrafficTarget`,
    ask: SERVICE,
    wrong: traffic({ type: LATEST, revision: "hello-00001-abc", percent: 100 }),
    right: traffic({ type: LATEST, percent: 100 }),
    says: /revision: must not be set for a target of the latest revision/,
  },
  {
    what: "a connector and Direct VPC egress",
    from: `${DOCS}/configuring/vpc-direct-vpc`,
    ask: SERVICE,
    wrong: service({ vpcAccess: { connector: `${REGION}/connectors/c`, networkInterfaces: [{ network: "default" }] } }),
    right: service({ vpcAccess: { networkInterfaces: [{ network: "default" }] } }),
    says: /connector and network_interfaces are mutually exclusive/,
  },
  {
    what: "two network interfaces",
    from: `${REST}/VpcAccess`,
    ask: SERVICE,
    wrong: service({ vpcAccess: { networkInterfaces: [{ network: "a" }, { network: "b" }] } }),
    right: service({ vpcAccess: { networkInterfaces: [{ network: "a", subnetwork: "b" }] } }),
    says: /only a single network interface is supported/,
  },
  {
    what: "an interface of no network",
    from: `${REST}/VpcAccess`,
    ask: SERVICE,
    wrong: service({ vpcAccess: { networkInterfaces: [{}] } }),
    right: service({ vpcAccess: { networkInterfaces: [{ subnetwork: "default" }] } }),
    says: /a network or a subnetwork is required/,
  },
  {
    what: "a label with a capital letter",
    from: `${DOCS}/configuring/labels`,
    ask: SERVICE,
    wrong: service({}, { labels: { Team: "web" } }),
    right: service({}, { labels: { team: "web" } }),
    says: /Label key 'Team' violates format constraints/,
  },
  {
    what: "a label's value with a space",
    from: `${DOCS}/configuring/labels`,
    ask: SERVICE,
    wrong: service({ labels: { team: "web site" } }),
    right: service({ labels: { team: "web_site" } }),
    says: /Label value 'web site' of 'team' violates format constraints/,
  },
  {
    what: "an annotation of version 1",
    from: `${REST}/projects.locations.services`,
    ask: SERVICE,
    wrong: service({ annotations: { "autoscaling.knative.dev/maxScale": "5" } }),
    right: service({ annotations: { "example.com/max-scale": "5" } }),
    says: /Annotation 'autoscaling\.knative\.dev\/maxScale' is in a namespace/,
  },
  {
    what: "an account that is not there",
    from: `${DOCS}/configuring/service-accounts`,
    ask: SERVICE,
    wrong: service({ serviceAccount: "nobody@fleet-rehearsal.iam.gserviceaccount.com" }),
    right: service({ serviceAccount: "web-app@fleet-rehearsal.iam.gserviceaccount.com" }),
    status: 403,
    says: /Permission 'iam\.serviceaccounts\.actAs' denied on service account nobody@/,
  },
  {
    what: "a service's name with capitals",
    from: `${REST}/projects.locations.services/create`,
    ask: named("hello"),
    wrongAsk: named("Hello"),
    wrong: service({}),
    right: service({}),
    says: /Hello is not a valid name: only lowercase, digits, and hyphens/,
  },
  {
    what: "a service's name of 50 characters",
    from: `${REST}/projects.locations.services/create`,
    ask: named("s".repeat(49)),
    wrongAsk: named("s".repeat(50)),
    wrong: service({}),
    right: service({}),
    says: /must be less than 50 characters/,
  },
  {
    what: "a region that is not",
    from: "https://github.com/GoogleCloudPlatform/spinnaker-for-gcp/issues/157",
    ask: SERVICE,
    wrongAsk: SERVICE.replace("us-central1", "us-central-1"),
    wrong: service({}),
    right: service({}),
    status: 403,
    says: /^Permission denied on 'locations\/us-central-1' \(or it may not exist\)\.$/,
  },
  {
    what: "a revision's name that is not the service's",
    from: `${DOCS}/deploying#revision-suffix`,
    ask: SERVICE,
    wrong: service({ revision: "other-1" }),
    right: service({ revision: "hello-1" }),
    says: /Revision name must be prefixed by the name of the enclosing Service/,
  },
  {
    what: "a revision's name that ends with a hyphen",
    from: `${DOCS}/deploying#revision-suffix`,
    ask: SERVICE,
    wrong: service({ revision: "hello-" }),
    right: service({ revision: "hello-first" }),
    says: /'hello-' is not a valid name/,
  },
];
