import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type {
  PlannedBackground,
  PlannedJob,
  PlannedScheduled,
  PlannedService,
  PlannedWeb,
  CloudPlan,
} from "../../plan/plan";
import { googleName } from "../../naming";
import { PlainError } from "../../problems";
import { logicalName } from "../../plan/ids";
import type { Backups } from "./backups";
import { probesOf, resources } from "./container";
import { cloudRunEnv, type GoogleAddresses, type Resolved } from "./env";
import type { Guard, JobRunner } from "./google";
import type { PushedImage } from "./image";
import type { Target } from "../../plan/roll-out";
import { excusedFrom, labelsOf, PUBLIC_REASON } from "./labels";
import { createRunJob } from "./job";
import { oneShot, shortHash } from "./oneshot";
import { callOnTime, type Clock } from "./schedule";
import { createRuntime, type Runtime } from "./runtime";
import type { SecretStore, SecretValuesOfStack } from "./secrets";
import { isReview } from "../../plan/review";
import { reviewedFirst } from "../review-migrations";
import type { Server } from "../../plan/servers";

/** The arguments of a service. */
export type ServiceArgs = {
  plan: CloudPlan;
  service: PlannedService;
  image: PushedImage;
  /** The Cloud SQL instances it connects to. */
  servers: readonly Server[];
  usesRedis: boolean;
  /** The resources that must be up or done before it. */
  needs: readonly pulumi.Input<pulumi.Resource>[];
  /** The web services that it calls, by their logical names. */
  calls: ReadonlyMap<string, gcp.cloudrunv2.Service>;
  values: SecretValuesOfStack;
  store: SecretStore;
  addresses: GoogleAddresses;
  runner: JobRunner;
  /** How a web service's revisions share its requests. */
  traffics: readonly Target[];
  /** Who calls scheduled jobs; undefined where there is none. */
  clock: Clock | undefined;
  /** Whether a worker pool or a scheduled job that is there stays as it is. */
  keepsPool: boolean;
  backups: Backups;
  /** The APIs. */
  apis: readonly pulumi.Resource[];
};

type Making<S extends PlannedService> = Omit<ServiceArgs, "service"> & {
  service: S;
  name: string;
  env: readonly [name: string, value: Resolved][];
  runtime: Runtime;
  parent: pulumi.Resource;
};

/** One process of a Django image: a service, a worker pool (worker, scheduler), or a job that runs to its end. */
export class GcpService extends pulumi.ComponentResource {
  /** The service or pool or, of a job, the job once it has succeeded. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  /** The Cloud Run service; undefined unless kind is web. */
  readonly web: gcp.cloudrunv2.Service | undefined;

  constructor(args: ServiceArgs, opts: pulumi.ComponentResourceOptions) {
    const name = logicalName(args.service);
    super("fleet:gcp:Service", name, {}, opts);
    const { service } = args;
    const env = cloudRunEnv({ ...args, env: service.env });
    const runtime = createRuntime({ ...args, name, env, parts: [service.system, service.name], parent: this });
    const making = { ...args, name, env, runtime, parent: this };
    // A service that calls another one proves its identity, and needs the permission.
    for (const [called, web] of args.calls)
      allowCalls({ ...making, name: `${name}-calls-${called}`, web, member: runtime.account.member });
    switch (service.kind) {
      case "web":
        this.web = createWeb({ ...making, service });
        // The catalogue says why.
        if (service.public) allowCalls({ ...making, name: `${name}-public`, web: this.web, member: "allUsers" });
        // Of a review, the people who look at it.
        for (const member of isReview(args.plan.cloud) ? args.plan.cloud.reviewers : [])
          allowCalls({ ...making, name: `${name}-for-${member}`, web: this.web, member });
        this.ready = pulumi.output(this.web);
        break;
      case "worker":
      case "scheduler":
        this.ready = pulumi.output(createPool({ ...making, service }));
        break;
      case "job":
        this.ready = createJob({ ...making, service });
        break;
      case "scheduled":
        this.ready = pulumi.output(createScheduled({ ...making, service }));
        break;
    }
    this.registerOutputs();
  }
}

/** The name of a service, job or pool on Google Cloud. */
export const resourceName = ({ stack }: CloudPlan, { system, name }: PlannedService): string =>
  googleName({ kind: "run", stack, parts: [system, name] });

type Calling = Pick<Making<PlannedService>, "name" | "plan" | "parent"> & {
  web: gcp.cloudrunv2.Service;
  member: pulumi.Input<string>;
};

/** Lets a member call a web service. */
const allowCalls = ({ name, plan, web, member, parent }: Calling) =>
  new gcp.cloudrunv2.ServiceIamMember(
    name,
    { project: plan.cloud.project, location: plan.cloud.region, name: web.name, role: "roles/run.invoker", member },
    { parent },
  );

/** The inputs that services, pools and jobs share. */
const placement = ({ plan, service }: Pick<Making<PlannedService>, "plan" | "service">) => {
  const labels = labelsOf({ stack: plan.stack, system: service.system, part: service.name });
  return {
    labels,
    basics: {
      project: plan.cloud.project,
      location: plan.cloud.region,
      name: resourceName(plan, service),
      labels,
      // They hold no data, and the program of before has to be able to take away what a change has added.
      deletionProtection: false,
    },
  };
};

const container = ({ image, service, runtime }: Making<PlannedService>) => ({
  image: image.reference,
  // The image's entrypoint takes the command as its arguments.
  ...(service.command === undefined ? {} : { args: [...service.command] }),
  envs: runtime.envs,
  volumeMounts: runtime.mounts,
});

/** Why a service that is not public takes requests from the internet. */
const CALLERS = "people and other services call it over the internet's address; each proves who it is (run.invoker)";

const createWeb = (making: Making<PlannedWeb>): gcp.cloudrunv2.Service => {
  const { name, service, runtime, parent, needs } = making;
  const { port, limits, scaling, serving } = service;
  const { basics, labels } = placement(making);
  return new gcp.cloudrunv2.Service(
    name,
    {
      ...basics,
      description: service.description,
      // An audit and the policy pack read it there.
      annotations: {
        ...(service.public ? { [PUBLIC_REASON]: service.public.reason } : excusedFrom("run-ingress", CALLERS)),
        ...(serving.cpuAlwaysOn && excusedFrom("run-cpu-only-while-serving", serving.cpuAlwaysOn.reason)),
      },
      ingress: "INGRESS_TRAFFIC_ALL",
      template: {
        ...runtime.template,
        labels,
        scaling: { minInstanceCount: scaling.min, maxInstanceCount: scaling.max },
        maxInstanceRequestConcurrency: serving.concurrency,
        timeout: serving.requestTimeout,
        containers: [
          {
            ...container(making),
            ports: { containerPort: port },
            resources: { ...resources(limits), cpuIdle: !serving.cpuAlwaysOn, startupCpuBoost: true },
            ...probesOf(service),
          },
        ],
      },
      traffics: [...making.traffics],
    },
    { parent, dependsOn: [...needs, ...runtime.permissions] },
  );
};

/** Why a worker has no probe. */
const NO_PROBE = "the catalogue names no port at which it answers over HTTP, which is how a pool asks";

const createPool = (making: Making<PlannedBackground>): gcp.cloudrunv2.WorkerPool => {
  const { name, service, runtime, parent, needs } = making;
  const { basics, labels } = placement(making);
  return new gcp.cloudrunv2.WorkerPool(
    name,
    {
      ...basics,
      description: service.description,
      annotations: service.probe === undefined ? excusedFrom("run-worker-probe", NO_PROBE) : {},
      // Nobody's requests say how many it takes. A pool's CPU is never taken away.
      scaling: { manualInstanceCount: service.instances },
      template: {
        ...runtime.template,
        labels,
        containers: [{ ...container(making), resources: resources(service.limits), ...poolProbes(service) }],
      },
    },
    {
      parent,
      dependsOn: [...needs, ...runtime.permissions],
      ...(making.keepsPool && { ignoreChanges: ["template"] }),
    },
  );
};

const poolProbes = ({ probe, healthCheck }: PlannedBackground) =>
  probe === undefined ? {} : probesOf({ port: probe.port, healthPath: probe.path, healthCheck });

const createJob = (making: Making<PlannedJob>): pulumi.Output<pulumi.Resource> => {
  const { name, service, runtime, needs, runner, parent } = making;
  return oneShot({
    ...placement(making).basics,
    id: name,
    what: service.id,
    generation: generationOf(making),
    container: { ...container(making), resources: resources(service.limits) },
    timeout: "600s",
    runtime,
    needs,
    runner,
    ...guardOf(making),
    parent,
  });
};

/** A job that nobody runs but Cloud Scheduler. A run that fails is not run again: its next time comes. */
const createScheduled = (making: Making<PlannedScheduled>): gcp.cloudrunv2.Job => {
  const { name, plan, service, runtime, parent, needs, clock, keepsPool: keeps } = making;
  const job = createRunJob({
    ...placement(making).basics,
    id: name,
    container: { ...container(making), resources: resources(service.limits) },
    timeout: service.timeout,
    ...{ runtime, needs, keeps, parent },
  });
  if (clock) callOnTime({ name, plan, service, job, clock, keeps, parent });
  return job;
};

/** Migrations can lose data: their job reviews them first, and a backup of all its servers comes before what it cannot call harmless. */
const guardOf = ({ plan, service, servers, backups }: Making<PlannedJob>): { guard?: Guard } => {
  if (service.rerunOn !== "migrations") return {};
  const description = `before ${service.id}`;
  const backUp = async (): Promise<void> => {
    if (servers.length === 0) throw new PlainError(nothingToBackUp(plan, service));
    for (const { name: instance } of servers) {
      void pulumi.log.info(`${service.id}: a backup of ${instance} comes first; the job's log says why`);
      await backups.take({ project: plan.cloud.project, instance, description });
    }
  };
  return { guard: { args: reviewedFirst(service.command ?? []), backUp } };
};

/** A run by hand counts as any other: it has the job's generation. */
const nothingToBackUp = (plan: CloudPlan, service: PlannedJob): string =>
  [
    `${service.id}: a backup has to come first, and it uses no Cloud SQL instance that could be backed up; nothing was migrated.`,
    `  cure: back up its database, run \`gcloud run jobs execute ${resourceName(plan, service)} --project=${plan.cloud.project} --region=${plan.cloud.region} --wait\`, then run the update again`,
  ].join("\n");

/**
 * A job runs again when its image, command, environment or servers change; its memory or timeout make no difference. A
 * secret counts by its reference: a rotation changes values, versions and the user in turn.
 */
const generationOf = ({ image, service, servers, env }: Making<PlannedJob>): string =>
  shortHash([
    image.hash,
    ...(service.command ?? []),
    ...servers.map(({ name }) => name),
    JSON.stringify(env.map(([name, value]) => [name, settledText(value) ?? service.env[name]])),
  ]);

/** Undefined for a secret, and for a value that only Google knows. */
const settledText = (value: Resolved): string | undefined =>
  "text" in value && typeof value.text === "string" ? value.text : undefined;
