import { execFileSync } from "node:child_process";

/** The deployed commit as a tag: `1a2b3c4d5e6f`, with `-dirty` where files differ from it; `none` outside git. */
export const commitTag = (folder: string): string => {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain", "--", ".") === "" ? commit : `${commit}-dirty`;
  } catch {
    return "none";
  }
};
