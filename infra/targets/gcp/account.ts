import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { googleName } from "../../naming";
import type { CloudPlan } from "../../plan/plan";

/** A service account of its own: what it may do is what it is given, one by one. */
export const createAccount = ({
  name,
  plan: { stack, cloud },
  parts,
  description,
  parent,
  dependsOn,
}: {
  name: string;
  plan: CloudPlan;
  parts: readonly string[];
  description: string;
  parent: pulumi.Resource;
  dependsOn: readonly pulumi.Resource[];
}): gcp.serviceaccount.Account =>
  new gcp.serviceaccount.Account(
    `${name}-account`,
    {
      project: cloud.project,
      accountId: googleName({ kind: "serviceAccount", stack, parts }),
      displayName: [stack, ...parts].join(" "),
      description,
    },
    { parent, dependsOn: [...dependsOn] },
  );

/** Lets an account connect to one Cloud SQL instance of the project. */
export const allowDatabase = ({
  name,
  plan: { cloud },
  instance,
  account,
  parent,
}: {
  name: string;
  plan: CloudPlan;
  /** The instance's own name. */
  instance: string;
  account: gcp.serviceaccount.Account;
  parent: pulumi.Resource;
}): gcp.projects.IAMMember =>
  new gcp.projects.IAMMember(
    name,
    {
      project: cloud.project,
      role: "roles/cloudsql.client",
      member: account.member,
      condition: {
        title: `only ${instance}`,
        expression: `resource.type == "sqladmin.googleapis.com/Instance" && resource.name == "projects/${cloud.project}/instances/${instance}"`,
      },
    },
    { parent },
  );
