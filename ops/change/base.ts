import { existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { refuseWith } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import { runCaptured, runWithLines } from "../terminal/processes";
import { inFleet } from "../stack/files";
import type { Place } from "../rehearsal/place";
import type { Report } from "../terminal/phase";

/** The state of the repository that a change starts from, with its own program, services, locks and packages. */
export type Base = {
  /** The name that was given: `origin/main`. */
  ref: string;
  commit: string;
  /** The subject of its commit. */
  subject: string;
  /** A worktree of its own. */
  folder: string;
};

/** Why nothing can be said of a change: what it starts from cannot be made. */
export class NotJudged extends Error {}

/** Where the base of a change is checked out. */
export const baseFolder = ({ stack }: Place): string => path.join(stack.folder, "base");

const git = (args: string[], cwd?: string) => runCaptured({ command: "git", args, ...(cwd && { cwd }) });

/**
 * The commit behind a ref.
 * @throws ProblemsError where git knows none
 */
export const commitOf = (ref: string): { commit: string; subject: string } => {
  const { ok, stdout } = git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  const commit = stdout.trim();
  // A range, or what a commit is not in, is none.
  if (ok && /^[0-9a-f]{40,64}$/.test(commit))
    return { commit, subject: git(["log", "-1", "--no-show-signature", "--format=%s", commit]).stdout.trim() };
  return refuseWith({
    path: "--from",
    message: `git knows no commit ${ref}; allowed: a branch, a tag or a commit of this clone`,
    cure: "git fetch origin, then ./fleet rehearse --from origin/main",
  });
};

/** The commit of this checkout, and whether it is all that is in it. */
export const checkedOut = (): { commit: string; isClean: boolean } => ({
  commit: commitOf("HEAD").commit,
  isClean: git(["status", "--porcelain"]).stdout.trim() === "",
});

/** What a state of this program has at least. */
const PARTS = ["Pulumi.yaml", "Pulumi.prod.yaml", "policy", "package-lock.json"];

/**
 * The base in a worktree beside the rehearsal's stack. It shares what set-up has made (`.fleet`), and the packages where its
 * lock is this one's.
 * @throws NotJudged where it is no state of this program, or its packages cannot be installed
 */
export const openBase = async (of: { ref: string; folder: string; report: Report }): Promise<Base> => {
  const { ref, folder, report } = of;
  const { commit, subject } = commitOf(ref);
  closeBase(folder);
  const { ok, stderr } = git(["worktree", "add", "--quiet", "--detach", folder, commit]);
  if (!ok) throw new NotJudged(`git could not check ${ref} out: ${stderr.trim()}`);
  const missing = PARTS.filter((part) => !existsSync(path.join(folder, part)));
  if (missing.length > 0) throw new NotJudged(`it is no state of this program, without ${missing.join(", ")}`);
  symlinkSync(inFleet(), path.join(folder, ".fleet"));
  await installPackages({ folder, report });
  return { ref, commit, subject, folder };
};

/**
 * The settings for a base: a system that is new is none of its own, and each has a file of its name in the catalogue.
 * @throws NotJudged where all are new
 */
export const configFor = ({ folder }: Pick<Base, "folder">, given: Config): Config => {
  const { "fleet:systems": systems } = given;
  if (systems === undefined) return given;
  const names = JSON.parse(systems) as string[];
  const isKnown = (name: string): boolean => existsSync(path.join(folder, "infra", "catalogue", `${name}.ts`));
  const known = names.filter((name) => name === "all" || isKnown(name));
  if (known.length === 0) throw new NotJudged(`it has none of these systems: ${names.join(", ")}`);
  return { ...given, "fleet:systems": JSON.stringify(known) };
};

/** Takes the worktree away; nothing of it was ever to be kept. */
export const closeBase = (folder: string): void => {
  if (existsSync(folder)) git(["worktree", "remove", "--force", folder]);
  rmSync(folder, { recursive: true, force: true });
  git(["worktree", "prune"]);
};

const installPackages = async ({ folder, report }: { folder: string; report: Report }): Promise<void> => {
  const lockOf = (root: string): string | undefined => {
    const file = path.join(root, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  if (lockOf(folder) === lockOf("."))
    return symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
  report("installing the base's own packages, whose lock is another");
  let last = "";
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
  const isInstalled = await runWithLines({ command: "npm", args, report: (line) => (last = line) });
  if (!isInstalled) throw new NotJudged(`its packages could not be installed: ${last}`);
};
