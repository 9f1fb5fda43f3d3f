import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { refuseWith } from "../problems";
import { git, refusalOf } from "./git";

/** A file that git tracks and that is there, by its path below the folder that was asked for. */
export type TrackedFile = { path: string; kind: "file" | "executable" | "link" };

const EXECUTABLE = "100755";
const SUBMODULE = "160000";

/**
 * What git tracks below a folder, submodules included, in the order of the paths. It is what images hold: a secret, a dump
 * or a log beside the sources is tracked by nobody, whatever its name.
 * @throws ProblemsError where git does not know the folder
 */
export const readTracked = (folder: string): TrackedFile[] =>
  listed(folder)
    .flatMap(({ mode, path }) => (mode === SUBMODULE ? filesOfSubmodule(folder, path) : present(folder, path, mode)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

/** Nothing where the file was deleted. Git's mode counts: not every disk has one. */
const present = (folder: string, path: string, mode: string): TrackedFile[] => {
  const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return [{ path, kind: "link" }];
  return stat?.isFile() ? [{ path, kind: mode === EXECUTABLE ? "executable" : "file" }] : [];
};

/** One that is not checked out has no files. */
const filesOfSubmodule = (folder: string, path: string): TrackedFile[] =>
  existsSync(join(folder, path, ".git"))
    ? readTracked(join(folder, path)).map((file) => ({ ...file, path: `${path}/${file.path}` }))
    : [];

/** The files of a folder that git neither tracks nor ignores. */
export const readUntracked = (folder: string): string[] =>
  entriesOf(folder, "ls-files", "-z", "--others", "--exclude-standard");

/** A file in conflict is listed once for each of its versions. */
const listed = (folder: string): { mode: string; path: string }[] => {
  const entries = entriesOf(folder, "ls-files", "-z", "--stage").map((line): [string, string] => {
    const tab = line.indexOf("\t");
    return [line.slice(tab + 1), line.slice(0, line.indexOf(" "))];
  });
  return [...new Map(entries)].map(([path, mode]) => ({ path, mode }));
};

const entriesOf = (folder: string, ...args: string[]): string[] => {
  try {
    return git(folder, ...args)
      .split("\0")
      .filter((entry) => entry !== "");
  } catch (error) {
    const { said, cure = CLONE } = refusalOf(error, folder);
    return refuseWith({
      path: folder,
      message: `git cannot say which of its files it tracks, and images hold those alone: ${said}`,
      cure,
    });
  }
};

const CLONE = "work in a clone of the project; an unpacked archive becomes one with: git init && git add --all";
