import { PROJECTS, REGION, type Pair } from "./pair";

const USAGE = "https://cloud.google.com/service-usage/docs/reference/rest/v1/services";
const enable = (service: string) => `POST serviceusage/v1/${PROJECTS}/services/${service}:enable`;
const disable = (service: string) => `POST serviceusage/v1/${PROJECTS}/services/${service}:disable`;
const BATCH = `POST serviceusage/v1/${PROJECTS}/services:batchEnable`;

const REST = "https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories";
const repositories = (id: string) => `POST artifactregistry/v1/${REGION}/repositories?repositoryId=${id}`;
const CREATE = repositories("apps");
const policies = (...entries: object[]) => ({
  format: "DOCKER",
  cleanupPolicies: Object.fromEntries(entries.map((entry, index) => [`p${index}`, entry])),
});
const OLD = { tagState: "UNTAGGED", olderThan: "86400s" };

/** Services that are not enabled, and repositories that Artifact Registry does not take. */
export const services: readonly Pair[] = [
  {
    what: "an API that is misspelt",
    from: `${USAGE}/enable`,
    ask: enable("cloudbuild.googleapis.com"),
    wrongAsk: enable("cloudbuilt.googleapis.com"),
    status: 403,
    says: /^Not found or permission denied for service\(s\): cloudbuilt\.googleapis\.com\.$/,
  },
  {
    what: "an API without its domain",
    from: "https://github.com/forseti-security/forseti-security/issues/554",
    ask: enable("compute.googleapis.com"),
    wrongAsk: enable("compute"),
    status: 403,
    says: /Not found or permission denied for service\(s\): compute\./,
  },
  {
    what: "a misspelt API among others",
    from: `${USAGE}/batchEnable`,
    ask: BATCH,
    wrong: { serviceIds: ["pubsub.googleapis.com", "secretmanagr.googleapis.com"] },
    right: { serviceIds: ["pubsub.googleapis.com", "secretmanager.googleapis.com"] },
    status: 403,
    says: /service\(s\): secretmanagr\.googleapis\.com/,
  },
  {
    what: "21 APIs at once",
    from: `${USAGE}/batchEnable`,
    ask: BATCH,
    wrong: { serviceIds: Array.from({ length: 21 }, () => "pubsub.googleapis.com") },
    right: { serviceIds: Array.from({ length: 20 }, () => "pubsub.googleapis.com") },
    says: /service_ids': it has 21 entries, and may have at most 20/,
  },
  {
    what: "no API",
    from: `${USAGE}/batchEnable`,
    ask: BATCH,
    wrong: { serviceIds: [] },
    right: { serviceIds: ["pubsub.googleapis.com"] },
    says: /At least one service must be specified/,
  },
  {
    what: "an end of what is not enabled",
    from: `${USAGE}/disable`,
    ask: disable("run.googleapis.com"),
    wrongAsk: disable("cloudtasks.googleapis.com"),
    wrong: {},
    right: {},
    says: /The service cloudtasks\.googleapis\.com is not enabled/,
  },
  {
    what: "an end of what another API needs",
    from: `${USAGE}/disable`,
    given: [[enable("compute.googleapis.com")], [enable("vpcaccess.googleapis.com")]],
    ask: disable("compute.googleapis.com"),
    wrong: {},
    right: { disableDependentServices: true },
    says: /depended on by the following active service\(s\): vpcaccess\.googleapis\.com; Please specify disable_dependent_services=true/,
  },
  {
    what: "a repository without a format",
    from: `${REST}/create`,
    ask: CREATE,
    wrong: { description: "Images" },
    right: { format: "DOCKER", description: "Images" },
    says: /repository format must be specified/,
  },
  {
    what: "a repository's name with an underscore",
    from: `${REST}/create`,
    ask: CREATE,
    wrongAsk: repositories("my_apps"),
    wrong: { format: "DOCKER" },
    right: { format: "DOCKER" },
    says: /Invalid repository ID "my_apps"/,
  },
  {
    what: "a repository in a zone",
    from: "https://github.com/terraform-google-modules/terraform-google-iam/pull/201",
    ask: CREATE,
    wrongAsk: CREATE.replace("us-central1", "us-central1-a"),
    wrong: { format: "DOCKER" },
    right: { format: "DOCKER" },
    status: 403,
    says: /Permission denied on 'locations\/us-central1-a' \(or it may not exist\)/,
  },
  {
    what: "Docker's settings for packages of Python",
    from: `${REST}#Repository`,
    ask: CREATE,
    wrong: { format: "PYTHON", dockerConfig: { immutableTags: true } },
    right: { format: "PYTHON" },
    says: /docker_config is only for repositories whose format is DOCKER/,
  },
  {
    what: "settings of two formats",
    from: `${REST}#Repository`,
    ask: CREATE,
    wrong: { format: "DOCKER", dockerConfig: {}, mavenConfig: {} },
    right: { format: "DOCKER", dockerConfig: {} },
    says: /oneof field 'format_config' is already set\. Cannot set '(?:mavenConfig|dockerConfig)'/,
  },
  {
    what: "a remote repository of nothing",
    from: "https://cloud.google.com/artifact-registry/docs/repositories/remote-repo",
    ask: CREATE,
    wrong: { format: "DOCKER", mode: "REMOTE_REPOSITORY" },
    right: { format: "DOCKER", mode: "STANDARD_REPOSITORY" },
    says: /remote_repository_config must be set for a repository in mode REMOTE_REPOSITORY/,
  },
  {
    what: "a policy with two kinds of condition",
    from: `${REST}#CleanupPolicy`,
    ask: CREATE,
    wrong: policies({ id: "p0", action: "KEEP", condition: OLD, mostRecentVersions: { keepCount: 3 } }),
    right: policies({ id: "p0", action: "KEEP", mostRecentVersions: { keepCount: 3 } }),
    says: /oneof field 'condition_type' is already set\. Cannot set 'mostRecentVersions'/,
  },
  {
    what: "a policy that does nothing",
    from: `${REST}#CleanupPolicy`,
    ask: CREATE,
    wrong: policies({ id: "p0", condition: OLD }),
    right: policies({ id: "p0", action: "DELETE", condition: OLD }),
    says: /cleanup policy action must be specified/,
  },
  {
    what: "a policy for nothing",
    from: "https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy",
    ask: CREATE,
    wrong: policies({ id: "p0", action: "DELETE" }),
    right: policies({ id: "p0", action: "DELETE", condition: OLD }),
    says: /must have a condition or most_recent_versions/,
  },
  {
    what: "a policy that keeps none",
    from: `${REST}#CleanupPolicyMostRecentVersions`,
    ask: CREATE,
    wrong: policies({ id: "p0", action: "KEEP", mostRecentVersions: { packageNamePrefixes: ["web"] } }),
    right: policies({ id: "p0", action: "KEEP", mostRecentVersions: { packageNamePrefixes: ["web"], keepCount: 5 } }),
    says: /keep_count must be at least 1/,
  },
  {
    what: "an age that is negative",
    from: `${REST}#CleanupPolicyCondition`,
    ask: CREATE,
    wrong: policies({ id: "p0", action: "DELETE", condition: { olderThan: "-1s" } }),
    right: policies({ id: "p0", action: "DELETE", condition: { olderThan: "2592000s" } }),
    says: /the duration -1s must be positive/,
  },
  {
    what: "a label's key with a dot",
    from: `${REST}#Repository`,
    ask: CREATE,
    wrong: { format: "DOCKER", labels: { "my.team": "web" } },
    right: { format: "DOCKER", labels: { my_team: "web" } },
    says: /repository\.labels': the key 'my\.team' does not match/,
  },
  {
    what: "another format of what is there",
    from: `${REST}/patch`,
    given: [[CREATE, { format: "DOCKER" }]],
    ask: `PATCH artifactregistry/v1/${REGION}/repositories/apps?updateMask=description`,
    wrongAsk: `PATCH artifactregistry/v1/${REGION}/repositories/apps?updateMask=format`,
    wrong: { format: "NPM" },
    right: { description: "Images" },
    says: /paths not permitted to be updated: format/,
  },
];
