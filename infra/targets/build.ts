import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Plan, PlannedImage } from "../plan/plan";
import type { Problem } from "../problems";
import { contentHash } from "./content";

/** The version that every service's Dockerfile starts from; services/Dockerfile has the same default. */
export const PYTHON_VERSION = "3.13";

/** The user and group that every service runs as; services/Dockerfile has the same defaults. */
export const USER_ID = "1000";

/** The sources of an image, as paths in services/; a development image holds dependencies only, no code. */
const sourcesOf = ({ folder, mountsSource }: Pick<PlannedImage, "folder" | "mountsSource">): string[] => {
  const dependencies = ["apt-build.txt", "apt-run.txt", "requirements"].map((path) => `${folder}/${path}`);
  const shared = ["Dockerfile", ".dockerignore", "build-tools.txt", "common.txt", "unused.sh"];
  return [...shared, ...(mountsSource ? dependencies : [folder, "chassis"])];
};

export type Building = { image: PlannedImage; imagePrefix: string; servicesFolder: string };

/** A service's build, the same on a laptop and for the cloud, and a hash of all that goes into it. */
export const buildOf = ({ image, imagePrefix, servicesFolder }: Building) => {
  const buildArgs = {
    SERVICE: image.folder,
    IMAGE_PREFIX: imagePrefix,
    PYTHON_VERSION,
    USER_UID: USER_ID,
    USER_GID: USER_ID,
  };
  const hash = contentHash({ folder: servicesFolder, sources: sourcesOf(image), also: JSON.stringify(buildArgs) });
  return {
    hash,
    build: { context: servicesFolder, dockerfile: "Dockerfile", target: image.stage, buildArgs, version: "2" },
  };
};

/** The problems of missing sources. */
export const sourceProblems = ({ images }: Pick<Plan, "images">, servicesFolder: string): Problem[] => {
  const needed = [...images.values()].flatMap(({ folder }) => [
    `${folder}/manage.py`,
    `${folder}/requirements/base.txt`,
  ]);
  return ["Dockerfile", ...needed]
    .filter((file) => !existsSync(join(servicesFolder, file)))
    .map((file) => ({
      path: `services/${file}`,
      message: "is missing; an image is built from it",
      cure: `git checkout -- services/${file}, or take its service out of the catalogue`,
    }));
};
