import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { CloudPlan } from "../../plan/plan";
import { isReview } from "../../plan/review";
import { googleName, REVIEW_BASE, slotName } from "../../naming";
import { labelsOf, REVIEWS_LABEL } from "./labels";

/** Google's APIs, and the registry of a stack's images: every part of the stack needs them. */
export class GcpFoundation extends pulumi.ComponentResource {
  /** They have to be there before anything else can be made: the APIs, and the slot of a review. */
  readonly apis: readonly pulumi.Resource[];
  /** The registry's repository: "prod-images". */
  readonly repositoryId: pulumi.Input<string>;

  constructor(plan: CloudPlan) {
    super("fleet:gcp:Foundation", "foundation");
    const apis = apisOf(plan).map((api) => enable({ api, project: plan.cloud.project, parent: this }));
    this.apis = isReview(plan.cloud) ? [takeSlot(plan, { dependsOn: apis, parent: this })] : apis;
    this.repositoryId = isReview(plan.cloud)
      ? repositoryOf(REVIEW_BASE)
      : createRepository(plan, { dependsOn: apis, parent: this }).repositoryId;
    this.registerOutputs();
  }
}

/**
 * A review's slot, which no other has while it is there: Google makes a name once. It is a secret without a value, which costs
 * nothing.
 */
const takeSlot = (
  { stack, cloud }: CloudPlan,
  { dependsOn, parent }: { dependsOn: pulumi.Resource[]; parent: pulumi.Resource },
): gcp.secretmanager.Secret =>
  new gcp.secretmanager.Secret(
    "slot",
    {
      project: cloud.project,
      secretId: slotName(cloud.reviewSlot),
      replication: { auto: {} },
      labels: { ...labelsOf({ stack }), [REVIEWS_LABEL]: String(cloud.reviews) },
    },
    { parent, dependsOn, deleteBeforeReplace: true },
  );

const repositoryOf = (stack: string): string => googleName({ kind: "repository", stack, parts: ["images"] });

/** The APIs that a plan needs. */
const apisOf = ({ cloud, datastores, services }: CloudPlan): string[] => {
  const usesRedis = [...datastores.values()].some(({ engine, runs }) => runs && engine === "redis");
  return [
    ...["run", "sqladmin", "secretmanager", "artifactregistry", "iam", "cloudresourcemanager"],
    // Without it the repository's scanning is on and scans nothing. It is paid for each image (cost/prices.ts).
    "containerscanning",
    ...(usesRedis ? ["redis", "compute"] : []),
    ...(cloud.alerts ? ["monitoring"] : []),
    ...([...services.values()].some(({ kind }) => kind === "scheduled") ? ["cloudscheduler"] : []),
  ].map((name) => `${name}.googleapis.com`);
};

const enable = ({ api, project, parent }: { api: string; project: string; parent: pulumi.Resource }) =>
  new gcp.projects.Service(
    api.replace(".googleapis.com", "-api"),
    // Other stacks and people of the project may use it too: it stays on when this stack goes.
    { project, service: api, disableOnDestroy: false },
    { parent },
  );

const DAY = 86_400;

const createRepository = (
  { stack, cloud }: CloudPlan,
  { dependsOn, parent }: { dependsOn: pulumi.Resource[]; parent: pulumi.Resource },
): gcp.artifactregistry.Repository =>
  new gcp.artifactregistry.Repository(
    "images",
    {
      project: cloud.project,
      location: cloud.region,
      repositoryId: repositoryOf(stack),
      format: "DOCKER",
      description: `Images of the stack ${stack}`,
      labels: labelsOf({ stack }),
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
      // An image that a rollback may need is among the last ten; one without a tag is not used after a month.
      cleanupPolicies: [
        { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
        { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: `${30 * DAY}s` } },
      ],
    },
    { parent, dependsOn, retainOnDelete: cloud.deletionProtection },
  );
