import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { googleName } from "../../naming";
import type { CloudPlan, PlannedScheduled } from "../../plan/plan";

/** What calls the scheduled jobs of a stack at their times: an account with the right to run them, and no other. */
export type Clock = gcp.serviceaccount.Account;

type Making = {
  plan: CloudPlan;
  apis: readonly pulumi.Resource[];
  parent: pulumi.Resource;
};

/** Undefined where nothing is scheduled. */
export const createClock = ({ plan, apis, parent }: Making): Clock | undefined => {
  if (![...plan.services.values()].some(({ kind }) => kind === "scheduled")) return undefined;
  return new gcp.serviceaccount.Account(
    "clock-account",
    {
      project: plan.cloud.project,
      accountId: googleName({ kind: "serviceAccount", stack: plan.stack, parts: ["clock"] }),
      displayName: `${plan.stack} clock`,
      description: "Runs scheduled jobs at their times",
    },
    { parent, dependsOn: [...apis] },
  );
};

type Calling = {
  name: string;
  plan: CloudPlan;
  service: PlannedScheduled;
  job: gcp.cloudrunv2.Job;
  clock: Clock;
  /** Whether the times stay as they are, as the job does. */
  keeps: boolean;
  parent: pulumi.Resource;
};

/** Google's APIs want an OAuth token; a service of ours would want an identity token. */
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** Makes Cloud Scheduler run a job at the times of its schedule. */
export const callOnTime = ({ name, plan, service, job, clock, keeps, parent }: Calling): void => {
  const allowed = new gcp.cloudrunv2.JobIamMember(
    `${name}-runs-on-time`,
    {
      ...{ project: plan.cloud.project, location: plan.cloud.region, name: job.name },
      ...{ role: "roles/run.invoker", member: clock.member },
    },
    { parent },
  );
  new gcp.cloudscheduler.Job(
    `${name}-schedule`,
    {
      project: plan.cloud.project,
      region: plan.cloud.region,
      name: job.name,
      description: service.description,
      schedule: service.schedule.cron,
      timeZone: service.schedule.timeZone,
      attemptDeadline: "180s",
      // What could not be begun is tried again; what was begun and failed waits for its next time.
      retryConfig: { retryCount: 3 },
      httpTarget: {
        httpMethod: "POST",
        uri: pulumi.interpolate`https://run.googleapis.com/v2/${job.id}:run`,
        oauthToken: { serviceAccountEmail: clock.email, scope: SCOPE },
      },
    },
    { parent, dependsOn: [allowed], ...(keeps && { ignoreChanges: ["schedule", "timeZone"] }) },
  );
};
