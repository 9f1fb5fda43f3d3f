import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Problem } from "../../problems";

/**
 * The deployed commit as a tag: `1a2b3c4d5e6f`, with `-dirty` where files differ from it; `none` outside git, and in a
 * preview of a checkout that git cannot read.
 */
export const commitTag = (folder: string): string => {
  try {
    const commit = git(folder, "rev-parse", "--short=12", "HEAD");
    return git(folder, "status", "--porcelain", "--", ".") === "" ? commit : `${commit}-dirty`;
  } catch {
    return "none";
  }
};

/** The problem of a checkout that git cannot read, such as one of another owner, or that has no commit. */
export const checkoutProblems = (folder: string): Problem[] => {
  const checkout = checkoutOf(folder);
  if (checkout === undefined) return [];
  try {
    git(folder, "rev-parse", "--short=12", "HEAD");
    return [];
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    // Without git there is no commit either; that is said nowhere else.
    if (code === "ENOENT")
      return [
        { path: checkout, message: "git is not installed, so no commit can name the images", cure: "install git" },
      ];
    const said = stderr?.trim().split("\n")[0] ?? "";
    return [
      {
        path: checkout,
        message: `git cannot tell the commit that names the images: ${said}`,
        cure: /dubious ownership/.test(said)
          ? `git config --global --add safe.directory '${checkout}'`
          : `git -C '${checkout}' log -1 (it must print a commit)`,
      },
    ];
  }
};

/** The nearest folder above that is a git checkout, asked of the file system: git itself may refuse to say. */
const checkoutOf = (folder: string): string | undefined => {
  const here = resolve(folder);
  if (existsSync(join(here, ".git"))) return here;
  return dirname(here) === here ? undefined : checkoutOf(dirname(here));
};

/** Git's own words are English, so that they can be told apart. */
const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  }).trim();
