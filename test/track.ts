import { execFileSync } from "node:child_process";

/** Makes git track these paths of a folder, all of them by default, as in a clone: images hold what git tracks. */
export const track = (folder: string, ...paths: string[]): void => {
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["add", ...(paths.length > 0 ? paths : ["--all"])], { cwd: folder });
};
