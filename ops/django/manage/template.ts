import { refuseWith } from "../../../infra/problems";
import type { Deployed, Google } from "./google";

type EnvVar = { name: string; value?: string; valueSource?: object };

/** The parts of Cloud Run's templates that a command shares with the service that it is run for. */
export type Template = {
  serviceAccount?: string;
  volumes?: object[];
  vpcAccess?: object;
  executionEnvironment?: string;
  containers?: {
    image?: string;
    env?: EnvVar[];
    resources?: { limits?: Record<string, string> };
    volumeMounts?: object[];
  }[];
};

/**
 * The template of what runs: of a service the newest revision that is ready, since one that failed is in the service's own
 * template too; of a pool and a job their own.
 * @param of.resource "projects/p/locations/l/services/s"
 */
export const templateOf = async ({ google, resource }: { google: Google; resource: string }): Promise<Template> => {
  // A revision is its own.
  if (resource.includes("/revisions/")) return google.get<Template>(resource);
  const { latestReadyRevision: ready, template } = await google.get<Deployed>(resource);
  if (!resource.includes("/services/")) return template?.template ?? template ?? {};
  if (ready === undefined)
    return refuseWith({
      path: resource,
      message: "no revision of it has ever been ready, so there is no image to run",
      cure: "./fleet pulumi up (with its stack), then this again",
    });
  return google.get<Template>(ready.startsWith("projects/") ? ready : `${resource}/revisions/${ready}`);
};

type Making = {
  template: Template;
  /** Instead of the service's own. */
  image?: string;
  args: readonly string[];
  labels: Record<string, string>;
  /** Variables besides the service's own. */
  env: readonly EnvVar[];
  seconds: number;
};

/** The body of a job that runs a command once, as the service would. */
export const jobOf = ({ template, image, args, labels, env, seconds }: Making): object => {
  const { serviceAccount, volumes, vpcAccess, executionEnvironment, containers: [own = {}] = [] } = template;
  const given = env.map(({ name }) => name);
  const container = {
    image: image ?? own.image,
    // The image's entrypoint takes the command as its arguments.
    args: [...args],
    env: [...(own.env ?? []).filter(({ name }) => !given.includes(name)), ...env],
    resources: { limits: own.resources?.limits ?? {} },
    ...(own.volumeMounts && { volumeMounts: own.volumeMounts }),
  };
  const task = {
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(volumes && { volumes }),
    ...(vpcAccess && { vpcAccess }),
    ...(executionEnvironment !== undefined && { executionEnvironment }),
    maxRetries: 0,
    timeout: `${seconds}s`,
    containers: [container],
  };
  return { labels, template: { labels, taskCount: 1, template: task } };
};
