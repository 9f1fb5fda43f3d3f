import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { PlannedImage, CloudPlan } from "../../plan/plan";
import { isReview } from "../../plan/review";
import { buildImage } from "../shared/image";
import { isLoopback } from "../../loopback";
import { shortHash } from "./oneshot";

/** An image in the registry. */
export type PushedImage = {
  /** By digest: `host/project/repository/name@sha256:...`. */
  reference: pulumi.Output<string>;
  /** The hash of its sources; known before it is built. */
  hash: string;
};

/**
 * The engine that builds and pushes. It is not contacted until something is built, so that a preview
 * needs none. Credentials stay with Docker's own helpers (gcloud auth configure-docker): none reaches the state. The one
 * exception is a registry on this machine, whose log-in the provider's own variables give; it is encrypted there.
 */
export const createBuilder = (
  plan: CloudPlan,
  of: {
    /** Whether Docker's own config has credentials; a preview needs none. */
    withCredentials: boolean;
    env: NodeJS.ProcessEnv;
    parent: pulumi.Resource;
  },
): docker.Provider => {
  const { withCredentials, env, parent } = of;
  const host = registryHost(plan);
  const address = isLocalRegistry(plan) ? `http://${host}` : host;
  const { DOCKER_REGISTRY_USER: username, DOCKER_REGISTRY_PASS: password } = env;
  const local =
    isLocalRegistry(plan) && username && password
      ? { address, username, password: pulumi.secret(password) }
      : { address, authDisabled: true };
  const registryAuth = [withCredentials ? { address: host } : local];
  return new docker.Provider("builder", { disableDockerDaemonCheck: true, registryAuth }, { parent });
};

type Making = {
  plan: CloudPlan;
  servicesFolder: string;
  baseId: string | undefined;
  /** The tag of the commit. */
  commit: string;
  repositoryId: pulumi.Input<string>;
  builder: docker.Provider;
  parent: pulumi.Resource;
};

/**
 * Builds the production stage for Cloud Run's machines, and pushes it under the commit's tag and `latest` (a review: its stack's name).
 *
 * The tag is the commit that first deployed this content, and its resources are named by content and registry: whatever
 * else is committed leaves an image alone, also on a machine that never built it and could not tag it.
 */
export const createImage = (image: PlannedImage, making: Making): PushedImage => {
  const { plan, servicesFolder, baseId, commit, repositoryId, builder, parent } = making;
  const { cloud, imagePrefix } = plan;
  const options = { parent, provider: builder };
  const { built, hash } = buildImage({ image, imagePrefix, servicesFolder, baseId, platform: "linux/amd64" }, options);
  const name = pulumi.interpolate`${registryHost(plan)}/${cloud.project}/${repositoryId}/${image.folder}`;
  const push = (logicalName: string, tag: string, ignoreChanges: string[] = []): docker.RegistryImage => {
    const targetImage = pulumi.interpolate`${name}:${tag}`;
    const tagged = new docker.Tag(
      logicalName,
      { sourceImage: built.imageId, targetImage, tagTriggers: [built.imageId] },
      { ...options, ignoreChanges },
    );
    return new docker.RegistryImage(
      logicalName,
      {
        name: tagged.targetImage,
        // The revision that serves may be pinned to what was pushed before.
        keepRemotely: true,
        insecureSkipVerify: isLocalRegistry(plan),
        triggers: { image: built.imageId },
      },
      options,
    );
  };
  const content = shortHash([hash, registryHost(plan), cloud.project]);
  const pushed = push(`${image.folder}-${content}`, commit, ["targetImage"]);
  // Reviews share a repository.
  push(`${image.folder}-latest`, isReview(cloud) ? plan.stack : "latest");
  return { reference: pulumi.interpolate`${name}@${pushed.sha256Digest}`, hash };
};

/** The host of the registry that a stack's images are in. */
export const registryHost = ({ cloud }: CloudPlan): string => cloud.registryHost ?? `${cloud.region}-docker.pkg.dev`;

/** A registry on this machine, over HTTP. */
export const isLocalRegistry = (plan: CloudPlan): boolean => isLoopback(`http://${registryHost(plan)}`);
