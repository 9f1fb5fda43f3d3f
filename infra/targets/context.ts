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
const contexts = (...name: string[]): string => join(".fleet", "contexts", ...name);

/** The log of the builds of a context, beside it. */
export const logOfBuild = (context: string): string => `${context}.log`;

/** The logs of builds, by the names of their contexts. */
export const logsOfBuilds = (): { name: string; file: string }[] =>
  existsSync(contexts())
    ? readdirSync(contexts())
        .filter((name) => name.endsWith(".log"))
        .map((name) => ({ name: name.slice(0, -".log".length), file: contexts(name) }))
    : [];

/** An update that began before and still builds from its folder has ended by then. */
const KEPT_MS = 24 * 3600 * 1000;

type Context = { from: string; files: readonly TrackedFile[]; name: string };

/**
 * A folder with these files and nothing else, for a build to read. Its name tells its content, so it is made once. The
 * files are copies: a link to a file that an editor writes in place would change with it.
 */
export const makeContext = ({ from, files, name }: Context): { context: string; isNew: boolean } => {
  const context = contexts(name);
  const now = new Date();
  if (existsSync(context)) {
    utimesSync(context, now, now);
    return { context, isNew: false };
  }
  removeOld();
  const beside = `${context}.${process.pid}`;
  rmSync(beside, { recursive: true, force: true });
  copyFiles({ from, to: beside, files });
  renameSync(beside, context);
  return { context, isNew: true };
};

/** With git's modes: an image's user is not the one who builds, and what a umask hides would be hidden in the image. */
const copyFiles = ({ from, to, files }: Pick<Context, "from" | "files"> & { to: string }): void => {
  const umask = process.umask(0o022);
  try {
    for (const { path, kind } of files) {
      mkdirSync(dirname(join(to, path)), { recursive: true });
      cpSync(join(from, path), join(to, path), { verbatimSymlinks: true });
      if (kind !== "link") chmodSync(join(to, path), kind === "executable" ? 0o755 : 0o644);
    }
  } finally {
    process.umask(umask);
  }
};

const removeOld = (): void => {
  if (!existsSync(contexts())) return;
  for (const name of readdirSync(contexts())) {
    const folder = contexts(name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
};
