import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { quoted } from "../cures";

/**
 * What git prints in a folder. Its own words are English, so that they can be told apart.
 * @throws an error with what git said in `stderr`, or with the code ENOENT where there is no git
 */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });

/** The nearest folder above that is a git checkout, asked of the file system: git itself may refuse to say. */
export const checkoutOf = (folder: string): string | undefined => {
  const here = resolve(folder);
  if (existsSync(join(here, ".git"))) return here;
  return dirname(here) === here ? undefined : checkoutOf(dirname(here));
};

/** Why git refused, in its own first line, and the cure where git refuses the checkout of another owner. */
export const refusalOf = (error: unknown, folder: string): { said: string; cure: string | undefined } => {
  const { code, stderr } = error as { code?: string; stderr?: string };
  const said = code === "ENOENT" ? "there is no such folder, or no git" : (stderr?.trim().split("\n")[0] ?? "");
  const isOthers = /dubious ownership/.test(said);
  const cure = `git config --global --add safe.directory ${quoted(checkoutOf(folder) ?? resolve(folder))}`;
  return { said, cure: isOthers ? cure : undefined };
};
