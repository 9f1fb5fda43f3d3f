import type { Problem } from "../../problems";
import { checkoutOf, git, refusalOf } from "../git";

/**
 * The deployed commit as a tag: `1a2b3c4d5e6f`, with `-dirty` where files differ from it; `none` outside git, and in a
 * preview of a checkout that git cannot read.
 */
export const commitTag = (folder: string): string => {
  try {
    const commit = head(folder);
    return git(folder, "status", "--porcelain", "--", ".").trim() === "" ? commit : `${commit}-dirty`;
  } catch {
    return "none";
  }
};

/** The problem of a checkout that git cannot read, such as one of another owner, or that has no commit. */
export const checkoutProblems = (folder: string): Problem[] => {
  const checkout = checkoutOf(folder);
  if (checkout === undefined) return [];
  try {
    head(folder);
    return [];
  } catch (error) {
    const { said, cure = `git -C '${checkout}' log -1 (it must print a commit)` } = refusalOf(error, folder);
    return [{ path: checkout, message: `git cannot tell the commit that names the images: ${said}`, cure }];
  }
};

const head = (folder: string): string => git(folder, "rev-parse", "--short=12", "HEAD").trim();
