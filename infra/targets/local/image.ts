import * as docker from "@pulumi/docker";
import type { PlannedImage } from "../../catalogue/plan";
import { imageName } from "../../naming";
import { contentHash } from "./content";
import { PYTHON_VERSION } from "./images";

/** The user and group that every service runs as; services/Dockerfile has the same defaults. */
export const USER_ID = "1000";

/** Where the Dockerfile expects a service's code and the shared chassis. */
export const APP_FOLDER = "/srv/app";
export const CHASSIS_FOLDER = "/srv/chassis";
export const CACHE_FOLDER = "/home/django/.cache";

/** What an image is made of, as paths in services/; a development image holds dependencies only, no code. */
export const sourcesOf = ({ folder, mountsSource }: Pick<PlannedImage, "folder" | "mountsSource">): string[] => {
  const dependencies = ["apt-build.txt", "apt-run.txt", "requirements"].map((path) => `${folder}/${path}`);
  return [
    "Dockerfile",
    ".dockerignore",
    "build-tools.txt",
    "common.txt",
    "unused.sh",
    ...(mountsSource ? dependencies : [folder, "chassis"]),
  ];
};

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
  const buildArgs = {
    SERVICE: image.folder,
    IMAGE_PREFIX: imagePrefix,
    PYTHON_VERSION,
    USER_UID: USER_ID,
    USER_GID: USER_ID,
  };
  const hash = contentHash({ folder: servicesFolder, sources: sourcesOf(image), also: JSON.stringify(buildArgs) });
  return new docker.RemoteImage(`${image.folder}`, {
    name: imageName({ image: image.folder, stage: image.stage, hash }),
    build: { context: servicesFolder, dockerfile: "Dockerfile", target: image.stage, buildArgs, version: "2" },
    // The image of the revision before stays: removing by name would take the new one with it.
    keepLocally: true,
  });
};

/** Gets an official image from its registry, or from this machine where it has one of that name. */
export const pullImage = ({ image, imagePrefix }: { image: string; imagePrefix: string }): docker.RemoteImage =>
  new docker.RemoteImage(image, { name: imagePrefix + image, keepLocally: true });
