import { posix } from "node:path";
import { when, type Problem } from "../../problems";

/**
 * The checkout's folder on the engine's machine, where this process is in a dev container and knows it by another path
 * (`FLEET_HOST_FOLDER`, docs/codespaces.md).
 */
export const hostFolder = (env: NodeJS.ProcessEnv): string | undefined => env["FLEET_HOST_FOLDER"] || undefined;

/** The problem of a folder that no Linux engine can mount: a checkout on a Windows drive has letters and backslashes. */
export const hostFolderProblems = (env: NodeJS.ProcessEnv): Problem[] => {
  const folder = hostFolder(env);
  return when(folder !== undefined && !posix.isAbsolute(folder), {
    path: "FLEET_HOST_FOLDER",
    message: `${folder} cannot be mounted into the services' containers; allowed: an absolute path of Linux or macOS, such as /home/ana/fleet`,
    cure: "clone the project inside WSL (wsl, then git clone ...), and open that folder in the dev container",
  });
};
