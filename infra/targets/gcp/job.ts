import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { Runtime } from "./runtime";

/** The arguments of a Cloud Run job. */
export type RunJobArgs = Required<Pick<gcp.cloudrunv2.JobArgs, "project" | "location" | "name">> & {
  /** Its name in the program. */
  id: string;
  labels: Record<string, string>;
  /** Labels that its runs have besides. */
  runLabels?: Record<string, string>;
  container: gcp.types.input.cloudrunv2.JobTemplateTemplateContainer;
  /** How long a run may take, such as `600s`. */
  timeout: string;
  runtime: Runtime;
  needs: readonly pulumi.Input<pulumi.Resource>[];
  /** Whether a job that is there stays as it is. */
  keeps?: boolean;
  parent: pulumi.Resource;
};

/** A job of one container, of which Google does not retry a failed run. It holds no data: nothing protects it from deletion. */
export const createRunJob = (of: RunJobArgs): gcp.cloudrunv2.Job => {
  const { id, project, location, name, labels, runLabels, container, timeout, runtime, needs, keeps, parent } = of;
  return new gcp.cloudrunv2.Job(
    id,
    {
      ...{ project, location, name, labels },
      deletionProtection: false,
      template: {
        labels: { ...labels, ...runLabels },
        taskCount: 1,
        template: { ...runtime.template, maxRetries: 0, timeout, containers: [container] },
      },
    },
    { parent, dependsOn: [...needs, ...runtime.permissions], ...(keeps && { ignoreChanges: ["template"] }) },
  );
};
