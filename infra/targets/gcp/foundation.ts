import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { CloudPlan } from "../../plan/plan";
import { googleName } from "../../naming";
import { labelsOf } from "./labels";

/** Google's APIs, and the registry of a stack's images: every part of the stack needs them. */
export class GcpFoundation extends pulumi.ComponentResource {
  /** They have to be enabled before anything else can be made. */
  readonly apis: readonly gcp.projects.Service[];
  readonly repository: gcp.artifactregistry.Repository;

  constructor(plan: CloudPlan) {
    super("fleet:gcp:Foundation", "foundation");
    this.apis = apisOf(plan).map((api) => enable({ api, project: plan.cloud.project, parent: this }));
    this.repository = createRepository(plan, { dependsOn: [...this.apis], parent: this });
    this.registerOutputs();
  }
}

/** The APIs that a plan needs. */
const apisOf = ({ cloud, datastores }: CloudPlan): string[] => {
  const usesRedis = [...datastores.values()].some(({ engine, runs }) => runs && engine === "redis");
  return [
    ...["run", "sqladmin", "secretmanager", "artifactregistry", "iam", "cloudresourcemanager"],
    // Without it the repository's scanning is on and scans nothing. It is paid for each image (cost/prices.ts).
    "containerscanning",
    ...(usesRedis ? ["redis", "compute"] : []),
    ...(cloud.alerts ? ["monitoring"] : []),
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
      repositoryId: googleName({ kind: "repository", stack, parts: ["images"] }),
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
