import * as docker from "@pulumi/docker";
import type { PlannedImage } from "../../plan/plan";
import { imageName } from "../../naming";
import { buildOf } from "../build";

/** Builds a service's image with BuildKit when what it is made of changed; the tag carries the content's hash. */
export const createImage = ({
  image,
  imagePrefix,
  servicesFolder,
}: {
  image: PlannedImage;
  imagePrefix: string;
  servicesFolder: string;
}): docker.RemoteImage => {
  const { build, hash } = buildOf({ image, imagePrefix, servicesFolder });
  return new docker.RemoteImage(`${image.folder}`, {
    name: imageName({ image: image.folder, stage: image.stage, hash }),
    build,
    // The image of the revision before stays: removing by name would take the new one with it.
    keepLocally: true,
  });
};

/** Gets an official image from its registry, or from this machine where it has one of that name. */
export const pullImage = ({ image, imagePrefix }: { image: string; imagePrefix: string }): docker.RemoteImage =>
  new docker.RemoteImage(image, { name: imagePrefix + image, keepLocally: true });
