import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { imageName } from "../../naming";
import { buildOf, type Building } from "../build";

/** Builds a service's image with BuildKit when its sources changed; the tag carries their hash. */
export const buildImage = (
  { platform, ...of }: Building & { platform?: string },
  options: pulumi.CustomResourceOptions = {},
): { built: docker.RemoteImage; hash: string } => {
  const { build, hash } = buildOf(of);
  const { folder, stage } = of.image;
  const args = {
    name: imageName({ image: folder, stage, hash }),
    build: { ...build, ...(platform === undefined ? {} : { platform }) },
    // The image of the revision before stays: removing by name would take the new one with it.
    keepLocally: true,
  };
  return { built: new docker.RemoteImage(folder, args, options), hash };
};

/** Gets an official image from its registry, or from this machine where it has one of that name. */
export const pullImage = ({ image, imagePrefix }: { image: string; imagePrefix: string }): docker.RemoteImage =>
  new docker.RemoteImage(image, { name: imagePrefix + image, keepLocally: true });
