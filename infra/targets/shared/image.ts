import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageName } from "../../naming";
import { imageReference } from "../base-image";
import { isSourceOf, sourcesFor, type Building } from "../build";
import { logOfBuild, makeContext } from "../context";
import { egressSecrets, ensureEgress } from "../egress";
import { readUntracked } from "../tracked";

/**
 * BuildKit in the engine itself, whatever builder a person chose for `docker buildx`, and no attestation: from Docker 29 on
 * it carries a time, which would make another digest of the same content.
 */
export const THE_SAME_EVERYWHERE = { version: "2", builder: "default", provenance: "false" };

/** A build of a context: how it reaches the internet, and where it says what it did, which the provider's error does not. */
export const buildOf = (context: string) => ({
  ...{ context, dockerfile: "Dockerfile", ...THE_SAME_EVERYWHERE },
  secrets: egressSecrets,
  buildLogFile: logOfBuild(context),
});

/** Builds a service's image with BuildKit when its sources changed; the tag carries their hash. */
export const buildImage = (
  { platform, ...of }: Building & { platform?: string },
  options: pulumi.CustomResourceOptions = {},
): { built: docker.RemoteImage; hash: string } => {
  const { files, buildArgs, hash } = sourcesFor(of);
  const { folder, stage } = of.image;
  // On an ARM machine both are built from the same sources, and must not take each other's name.
  const kind = platform === undefined ? stage : `${stage}-${platform.replace("linux/", "")}`;
  const name = imageName({ image: folder, stage: kind, hash });
  const { context, isNew } = makeContext({ from: of.servicesFolder, files, name: `${folder}-${stage}-${hash}` });
  if (isNew) warnOfUntracked(of);
  ensureEgress();
  const build = { ...buildOf(context), target: stage, buildArgs };
  const args = {
    name,
    build: { ...build, ...(platform === undefined ? {} : { platform }) },
    // The image of the revision before stays: removing by name would take the new one with it.
    keepLocally: true,
  };
  return { built: new docker.RemoteImage(folder, args, options), hash };
};

/** Names what a developer may miss in an image, once for each image that is built. */
const warnOfUntracked = ({ image, servicesFolder }: Building): void => {
  const untracked = readUntracked(servicesFolder).filter(isSourceOf(image));
  if (untracked.length === 0) return;
  const named = untracked.slice(0, 5).map((path) => `services/${path}`);
  const more = untracked.length > named.length ? ` and ${untracked.length - named.length} more` : "";
  void pulumi.log.warn(`${named.join(", ")}${more}: left out of the image of ${image.folder}, git does not track it`);
};

/** Gets an official image from its registry, or from this machine where it has one of that name. */
export const pullImage = ({ image, imagePrefix }: { image: string; imagePrefix: string }): docker.RemoteImage =>
  new docker.RemoteImage(image, { name: imageReference({ image, prefix: imagePrefix }), keepLocally: true });
