import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { TrackedFile } from "./tracked";

/**
 * Below the project's folder, in which Pulumi runs program and plugins: the path is part of the state, and must be the same
 * in every clone, or each would build and push every image anew.
 */
const FOLDER = join(".fleet", "contexts");
/** An update that began before and still builds from its folder has ended by then. */
const KEPT_MS = 24 * 3600 * 1000;

type Context = { from: string; files: readonly TrackedFile[]; name: string };

/**
 * A folder with these files and nothing else, for a build to read. Its name tells its content, so it is made once. The
 * files are copies: a link to a file that an editor writes in place would change with it.
 */
export const makeContext = ({ from, files, name }: Context): { context: string; isNew: boolean } => {
  const context = join(FOLDER, name);
  const now = new Date();
  if (existsSync(context)) {
    utimesSync(context, now, now);
    return { context, isNew: false };
  }
  removeOld();
  const beside = `${context}.${process.pid}`;
  rmSync(beside, { recursive: true, force: true });
  // An image's user is not the one who builds: what a person's umask hides would be hidden in the image.
  const umask = process.umask(0o022);
  for (const { path, kind } of files) {
    const to = join(beside, path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(from, path), to, { verbatimSymlinks: true });
    if (kind !== "link") chmodSync(to, kind === "executable" ? 0o755 : 0o644);
  }
  process.umask(umask);
  renameSync(beside, context);
  return { context, isNew: true };
};

const removeOld = (): void => {
  if (!existsSync(FOLDER)) return;
  for (const name of readdirSync(FOLDER)) {
    const folder = join(FOLDER, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
};
