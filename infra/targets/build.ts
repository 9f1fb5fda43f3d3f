import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Plan, PlannedImage } from "../plan/plan";
import { ProblemsError, type Problem } from "../problems";
import { digestUnder, PYTHON_IMAGE, PYTHON_VERSION } from "./base-image";
import { contentHash } from "./content";
import { readTracked, type TrackedFile } from "./tracked";

/** The user and group that every service runs as; services/Dockerfile has the same defaults. */
export const USER_ID = "1000";

/** Git is asked once: a program lives for one update. */
const trackedIn = (folder: string): readonly TrackedFile[] => {
  const files = known.get(folder) ?? readTracked(folder);
  known.set(folder, files);
  return files;
};
const known = new Map<string, readonly TrackedFile[]>();

/** The sources of an image, as paths in services/; a development image holds dependencies only, no code. */
const sourcesOf = ({ folder, mountsSource }: Pick<PlannedImage, "folder" | "mountsSource">): string[] => {
  const dependencies = ["apt-build.txt", "apt-run.txt", "requirements"].map((path) => `${folder}/${path}`);
  const shared = ["Dockerfile", "build-tools.txt", "common.txt", "egress.sh", "unused.sh"];
  return [...shared, ...(mountsSource ? dependencies : [folder, "chassis"])];
};

/** A service's own tests, and the chassis's: they have one place, and no other folder of that name is meant. */
const testsOf = (folder: string): string[] => [`${folder}/tests`, "chassis/tests", "chassis/in_services/tests"];

/** Whether a path is one of the sources of an image, or lies below one. */
export const isSourceOf = (image: Pick<PlannedImage, "folder" | "mountsSource">): ((path: string) => boolean) => {
  const isAt = (path: string, places: readonly string[]): boolean =>
    places.some((place) => path === place || path.startsWith(`${place}/`));
  const [sources, tests] = [sourcesOf(image), testsOf(image.folder)];
  return (path) => isAt(path, sources) && !isAt(path, tests);
};

export type Building = {
  image: PlannedImage;
  imagePrefix: string;
  servicesFolder: string;
  /** The id of the base image that this machine has, where no digest says what the base is. */
  baseId: string | undefined;
};

/** What an image is built from: files of services/, arguments for its Dockerfile, and a hash of both. */
export type Sources = { files: readonly TrackedFile[]; buildArgs: Record<string, string>; hash: string };

/** The sources of a service's image, the same on a laptop and for the cloud. */
export const sourcesFor = ({ image, imagePrefix, servicesFolder, baseId }: Building): Sources => {
  const buildArgs = {
    SERVICE: image.folder,
    IMAGE_PREFIX: imagePrefix,
    PYTHON_VERSION,
    BASE_DIGEST: digestUnder({ image: PYTHON_IMAGE, prefix: imagePrefix }),
    USER_UID: USER_ID,
    USER_GID: USER_ID,
  };
  const isSource = isSourceOf(image);
  const files = trackedIn(servicesFolder).filter(({ path }) => isSource(path));
  const also = JSON.stringify({ ...buildArgs, baseId });
  return { files, buildArgs, hash: contentHash({ folder: servicesFolder, files, also }) };
};

/** The problems of sources that are missing, or that git does not track. */
export const sourceProblems = ({ images }: Pick<Plan, "images">, servicesFolder: string): Problem[] => {
  try {
    const needed = [...images.values()].flatMap(({ folder }) => [
      `${folder}/manage.py`,
      `${folder}/requirements/base.txt`,
    ]);
    const tracked = new Set(trackedIn(servicesFolder).map(({ path }) => path));
    return ["Dockerfile", ...needed].filter((file) => !tracked.has(file)).map((file) => missing(servicesFolder, file));
  } catch (error) {
    if (error instanceof ProblemsError) return [...error.problems];
    throw error;
  }
};

const missing = (servicesFolder: string, file: string): Problem => {
  const [folder] = file.split("/");
  return existsSync(join(servicesFolder, file))
    ? {
        path: `services/${file}`,
        message: "git does not track it; an image is built from it, and holds what git tracks",
        cure: `git add services/${folder}`,
      }
    : {
        path: `services/${file}`,
        message: "is missing; an image is built from it",
        cure: `git checkout -- services/${file}, or take its service out of the catalogue`,
      };
};
