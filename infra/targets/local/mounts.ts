import { statSync } from "node:fs";
import { join, posix } from "node:path";
import { quoted } from "../../cures";
import type { LocalPlan } from "../../plan/plan";
import { when, type Problem } from "../../problems";
import { USER_ID } from "../build";
import { hostFolder } from "./clone";

/** The problem of a folder that no Linux engine can mount: a checkout on a Windows drive has letters and backslashes. */
export const hostFolderProblems = (env: NodeJS.ProcessEnv): Problem[] => {
  const folder = hostFolder(env);
  return when(folder !== undefined && !posix.isAbsolute(folder), {
    path: "FLEET_HOST_FOLDER",
    message: `${folder} cannot be mounted into the services' containers; allowed: an absolute path of Linux or macOS, such as /home/ana/fleet`,
    cure: "clone the project inside WSL (wsl, then git clone ...), and open that folder in the dev container",
  });
};

type Mounting = { plan: Pick<LocalPlan, "images">; servicesFolder: string; platform?: NodeJS.Platform };

/**
 * The problems of mounted sources that the services' user cannot read, as in a clone made under umask 077. Virtual machines
 * on macOS and Windows give every user what its owner may read.
 */
export const modeProblems = ({ plan, servicesFolder, platform = process.platform }: Mounting): Problem[] => {
  if (platform !== "linux") return [];
  const folders = [...plan.images.values()].filter(({ mountsSource }) => mountsSource).map(({ folder }) => folder);
  const mounted =
    folders.length === 0 ? [] : [...folders.flatMap((folder) => [folder, `${folder}/manage.py`]), "chassis"];
  const closed = mounted.filter((path) => !isReadable(join(servicesFolder, path)));
  return when(closed.length > 0, {
    path: "services",
    message: `the services' user (uid ${USER_ID}) cannot read what is mounted: ${closed.join(", ")}; a clone made under umask 077 is so`,
    cure: `chmod -R go+rX ${quoted(servicesFolder)}, then run this again`,
  });
};

/** A file that is missing is another problem. */
const isReadable = (path: string): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return true;
  const [uid, gid] = [Number(USER_ID), Number(USER_ID)];
  const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0;
  const wanted = found.isDirectory() ? READ_AND_ENTER : READ;
  return ((found.mode >> shift) & wanted) === wanted;
};

const READ = 0b100;
const READ_AND_ENTER = 0b101;
